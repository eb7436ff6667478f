// The whole story in a real browser against a real server: sign up, import, search, edit, merge, undo, take everything out again.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { cardsOf, needPackages, openBrowser, openWindow, samples, startKith, totp, until } from './kith.mjs'

const EMAIL = 'story@example.com'
const PASSWORD = 'a long enough sentence'
const EVIL = '<img src=x onerror=alert(1)><script>alert(2)</script>'

const complaints = []
needPackages()
const kith = await startKith()
const browser = await openBrowser()
const page = await openWindow(browser, kith.base, complaints)

/* The page's own session: cookie and CSRF token, as the app has them. */
const api = (method, path, body, on = page) => on.evaluate(async ([method, path, body]) => {
  const session = await (await fetch('/api/v1/session')).json()
  const answer = await fetch(`/api/v1${path}`, { method, headers: { 'X-CSRF-Token': session.csrf, ...(body && { 'Content-Type': 'application/json' }) }, body: body && JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.status === 204 ? null : answer.json()
}, [method, path, body])

const quiet = () => until('all work to be done', async () => {
  const { work } = await api('GET', '/stats')
  return work.waiting + work.running === 0
}, 60)
const allCards = async () => (await api('GET', '/cards?limit=500')).items
const toastUndo = () => page.locator('.toast button', { hasText: 'Undo' }).last().click()

async function signsUp() {
  await page.goto('/')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByLabel('Your name').fill('Story Teller')
  await page.getByLabel('E-mail').fill(EMAIL)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Create my book' }).click()
  await page.getByText('Your book is empty').waitFor()
}

async function importsFiles() {
  const files = samples().all
  await page.getByRole('link', { name: 'Import', exact: true }).click()
  await page.locator('#files').setInputFiles(files)
  await page.getByRole('button', { name: `Import all ${files.length}` }).waitFor()
  for (const item of (await api('GET', '/imports')).items) {
    const path = files.find(file => basename(file) === item.file)
    assert.equal(item.good, cardsOf(path).length, `${item.file}: cards found by the dry run`)
    assert.equal(item.created, 0, 'a dry run changes nothing')
  }
  assert.equal((await allCards()).length, 0)
  await page.getByRole('button', { name: `Import all ${files.length}` }).click()
  await until('all files to be imported', async () => await page.locator('.file-panel[data-state="done"]').count() === files.length, 60)
  await quiet()
  assert.ok((await allCards()).length > 0)
}

async function takesOutWhatCameIn() {
  const out = await page.evaluate(async () => {
    const bytes = new Uint8Array(await (await fetch('/api/v1/export?format=vcard3&original=1')).arrayBuffer())
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return text
  })
  for (const file of samples().all)
    for (const card of cardsOf(file)) assert.ok(out.includes(card), `${basename(file)}: a card is not in the export as it came:\n${card.slice(0, 300)}`)
  for (const item of (await api('GET', '/imports')).items) {
    const file = samples().all.find(path => basename(path) === item.file)
    const same = await page.evaluate(async ([id, wanted]) => {
      const bytes = new Uint8Array(await (await fetch(`/api/v1/imports/${id}/file`)).arrayBuffer())
      return bytes.length === wanted.length && wanted.every((byte, i) => byte === bytes[i])
    }, [item.id, [...readFileSync(file)]])
    assert.ok(same, `${item.file}: the kept file is the file`)
  }
}

/* What an export says, read again: every e-mail address and number that came in goes out, in every format. */
async function saysTheSameInEveryFormat() {
  const values = text => new Set([...text.matchAll(/[\w.+-]+@[\w-]+\.[\w.]+/g)].map(([address]) => address.toLowerCase()))
  const wanted = new Set(samples().ours.flatMap(file => [...values(readFileSync(file, 'utf8').replace(/\r?\n[ \t]/g, '').replace(/^PHOTO[^\n]*$/gm, ''))]))
  for (const format of ['vcard3', 'vcard4', 'jscontact', 'csv']) {
    const out = await page.evaluate(format => fetch(`/api/v1/export?format=${format}`).then(answer => answer.text()), format)
    const got = values(out.replace(/\r?\n[ \t]/g, ''))
    assert.deepEqual([...wanted].filter(address => !got.has(address)), [], `${format}: addresses that came in and did not go out`)
  }
}

async function searches() {
  const [someone] = (await allCards()).filter(card => card.email)
  await page.getByRole('link', { name: 'Contacts', exact: true }).click()
  await page.locator('.list-row .row-name').first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type(someone.email.slice(0, 8))
  await page.locator('.list-row mark').first().waitFor()
  assert.ok(await page.locator('.list-row', { hasText: someone.name }).count() > 0, 'the search finds a card by its e-mail address')
  await page.keyboard.press('Escape')
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
  await page.keyboard.press('Escape')
}

async function editsACard() {
  const [card] = await allCards()
  await page.goto(`/contacts/${card.id}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('e')
  await page.getByLabel('Shown as').fill('Renamed By Story')
  await page.keyboard.press('Control+s')
  await page.getByRole('heading', { name: 'Renamed By Story' }).waitFor()
  await page.getByRole('tab', { name: 'History' }).click()
  await page.locator('.timeline ins', { hasText: 'Renamed By Story' }).waitFor()
  await page.getByRole('tab', { name: 'Originals' }).click()
  await page.locator('.original pre', { hasText: 'BEGIN:VCARD' }).first().waitFor()
  await toastUndo()
  await until('the old name', async () => (await api('GET', `/cards/${card.id}`)).card.name?.full !== 'Renamed By Story')
}

async function keepsHtmlAsText() {
  await page.goto('/contacts')
  await page.locator('.list-row .row-name').first().waitFor()
  await page.keyboard.press('c')
  await page.getByLabel('Shown as').fill(EVIL)
  await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: EVIL }).waitFor()
  assert.equal(await page.locator('main img[src="x"]').count(), 0)
  await page.getByRole('tab', { name: 'History' }).click()
  await page.locator('.timeline li').first().waitFor()
  await page.keyboard.press('#')
  await page.getByText('Moved to the trash').waitFor()
}

async function offersAMerge() {
  const { id } = await api('POST', '/cards', { card: { '@type': 'Card', version: '1.0', name: { full: 'Two Windows' }, emails: { e1: { address: 'two@example.com' } } } })
  await quiet()
  const other = await openWindow(browser, kith.base, complaints)
  await other.goto('/')
  await other.getByRole('radio', { name: 'I have a book' }).click()
  await other.getByLabel('E-mail').fill(EMAIL)
  await other.getByLabel('Password').fill(PASSWORD)
  await other.locator('form').getByRole('button', { name: 'Sign in' }).click()
  await other.locator('.list-row .row-name').first().waitFor()
  for (const window of [page, other]) {
    await window.goto(`/contacts/${id}`)
    await window.getByRole('heading', { level: 1, name: 'Two Windows' }).waitFor()
    await window.keyboard.press('e')
  }
  await page.getByLabel('Shown as').fill('Two Windows, First')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'Two Windows, First' }).waitFor()
  await other.getByLabel('E-mail', { exact: true }).fill('changed@example.com')
  await other.getByRole('button', { name: 'Save' }).click()
  const offer = other.getByRole('dialog', { name: 'Somebody changed this card meanwhile' })
  await offer.waitFor()
  await offer.getByRole('button', { name: 'Save both together' }).click()
  await other.getByRole('heading', { level: 1, name: 'Two Windows, First' }).waitFor()
  const { card } = await api('GET', `/cards/${id}`)
  assert.equal(card.name.full, 'Two Windows, First')
  assert.equal(Object.values(card.emails)[0].address, 'changed@example.com')
  await other.context().close()
}

async function mergesAndUndoes() {
  const make = email => api('POST', '/cards', { card: { '@type': 'Card', version: '1.0', name: { full: 'Theodora Quillfeather' }, organizations: { o1: { name: 'Story & Sons' } }, titles: { t1: { name: 'Narrator' } }, emails: { e1: { address: email } } } })
  const made = [await make('theodora@storysons.example'), await make('t.quill@mail.example')]
  await quiet()
  const before = await Promise.all(made.map(({ id }) => api('GET', `/cards/${id}`)))
  await page.goto(`/duplicates?card=${made[0].id}`)
  await page.locator('.pair').waitFor()
  assert.ok(await page.locator('.evidence li').count() > 0, 'the evidence is shown')
  await page.keyboard.press('m')
  await page.getByText('Merged into one card').waitFor()
  await until('one card', async () => (await api('GET', `/cards/${made[1].id}`)).state === 'merged' || (await api('GET', `/cards/${made[0].id}`)).state === 'merged')
  await toastUndo()
  await until('two cards again', async () => (await api('GET', `/cards/${made[1].id}`)).state === 'live' && (await api('GET', `/cards/${made[0].id}`)).state === 'live')
  const after = await Promise.all(made.map(({ id }) => api('GET', `/cards/${id}`)))
  assert.deepEqual(after.map(one => one.card), before.map(one => one.card), 'undo restores both cards as they were')
  await quiet()
  await page.locator('.pair').waitFor()
  await page.getByRole('button', { name: /^Merge m/ }).click()
  await page.getByText('Merged into one card').last().waitFor()
  await page.goto('/duplicates/merged')
  await page.locator('.merges li', { hasText: 'Theodora Quillfeather' }).first().waitFor()
}

async function undoesAnImport() {
  await quiet()
  const { items } = await api('GET', '/imports')
  const last = items.find(item => item.file === 'android.vcf')
  const before = (await api('GET', '/stats')).cards
  await page.goto('/import')
  await page.getByRole('button', { name: 'More about android.vcf' }).click()
  await page.getByRole('button', { name: 'Undo this import' }).click()
  await until('the import to be taken back', async () => (await api('GET', `/imports/${last.id}`)).state === 'undone', 60)
  await page.getByText('Your book is as it was before this file').waitFor()
  await quiet()
  assert.ok((await api('GET', '/stats')).cards <= before, 'taking an import back adds nobody')
}

/* The first account operates the installation: it sees all of it, and changes it with a way back. */
async function operates() {
  const shot = async name => {
    await page.evaluate(() => scrollTo(0, 0))
    if (process.env.KITH_SHOT) await page.screenshot({ path: `${process.env.KITH_SHOT}/console-${name}.png`, fullPage: true })
  }
  const fleet = () => api('GET', '/admin/fleet')
  const enrich = async () => (await fleet()).kinds.find(kind => kind.kind === 'enrich')
  await page.getByRole('button', { name: 'You', exact: true }).click()
  await page.getByRole('link', { name: 'Console' }).click()
  await page.getByRole('heading', { level: 1, name: 'Console' }).waitFor()
  await page.getByRole('status', { name: 'Status' }).getByText(/All is well|minute|behind|slow/).first().waitFor()
  assert.equal(await page.locator('.tile').count(), 12)
  await page.locator('.tile .line').first().waitFor({ state: 'attached' })

  await page.getByRole('button', { name: 'Pause enrich' }).click()
  await page.getByRole('button', { name: 'Resume enrich' }).waitFor()
  assert.ok((await enrich()).paused)
  await toastUndo()
  await page.getByRole('button', { name: 'Pause enrich' }).waitFor()

  const before = (await enrich()).max
  await page.getByRole('button', { name: 'Limits of enrich' }).click()
  await page.getByRole('dialog').getByLabel('At most').fill('7')
  await page.getByRole('button', { name: 'Set', exact: true }).click()
  await until('the limit to be set', async () => (await enrich()).max === 7)
  await toastUndo()
  await until('the limit of before', async () => (await enrich()).max === before)

  await page.getByRole('button', { name: 'Plan a launch' }).click()
  await page.getByRole('dialog').getByLabel('Times the usual').fill('20')
  await page.getByRole('dialog').getByText(Math.min(2000, before * 20).toLocaleString('en-GB'), { exact: true }).first().waitFor()
  await shot('plan')
  await page.getByRole('dialog').getByRole('button', { name: 'Launch' }).click()
  await page.getByRole('heading', { name: 'Launch: 20 times the usual' }).waitFor()
  await shot('light')
  await page.getByRole('button', { name: 'Land now' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Land' }).click()
  await until('the launch to be over', async () => (await fleet()).factor === 1)

  await page.getByRole('radio', { name: 'Day' }).click()
  await page.setViewportSize({ width: 390, height: 844 })
  await page.evaluate(() => { localStorage.setItem('kith.theme', 'dark'); dispatchEvent(new Event('kith-theme')) })
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is wider than a phone')
  await shot('phone')
  await page.evaluate(() => { localStorage.removeItem('kith.theme'); dispatchEvent(new Event('kith-theme')) })
  await page.setViewportSize({ width: 1280, height: 720 })
}

/* A second factor with its codes, a new password, a token that may only look, and the log that tells of it. */
async function guardsTheDoor() {
  const shot = async name => {
    for (const [size, width] of [['desktop', 1280], ['phone', 320]]) {
      await page.setViewportSize({ width, height: 800 })
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name}: nothing is wider than ${width}`)
      if (process.env.KITH_SHOT) await page.screenshot({ path: `${process.env.KITH_SHOT}/door-${name}-${size}.png`, fullPage: true })
    }
    await page.setViewportSize({ width: 1280, height: 720 })
  }
  const dialog = page.getByRole('dialog')
  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Set up' }).click()
  await dialog.getByLabel('Your password').fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await dialog.getByRole('img', { name: 'QR code of the key' }).waitFor()
  await shot('setup')
  const secret = (await dialog.locator('code').textContent()).replaceAll(' ', '')
  await dialog.getByLabel(/^Code/).fill('000 00x')
  await dialog.getByRole('button', { name: 'Switch on' }).click()
  await dialog.getByText('this code is wrong').waitFor()
  await dialog.getByLabel(/^Code/).fill(totp(secret))
  await dialog.getByRole('button', { name: 'Switch on' }).click()
  await dialog.getByText('Your recovery codes').first().waitFor()
  await shot('codes')
  const codes = await dialog.locator('.codes li').allTextContents()
  assert.equal(new Set(codes).size, 10)
  await dialog.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('10 recovery codes left').waitFor()

  const other = await openWindow(browser, kith.base, complaints)
  await other.goto('/')
  await other.getByRole('radio', { name: 'I have a book' }).click()
  await other.getByLabel('E-mail').fill(EMAIL)
  await other.getByLabel('Password').fill(PASSWORD)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByRole('heading', { name: 'One more step' }).waitFor()
  if (process.env.KITH_SHOT) await other.screenshot({ path: `${process.env.KITH_SHOT}/door-step-desktop.png` })
  await other.getByRole('button', { name: 'Use a recovery code' }).click()
  await other.getByLabel('Recovery code').fill(codes[0])
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByRole('link', { name: 'Import', exact: true }).first().waitFor()

  await page.reload()
  await page.getByText('9 recovery codes left').waitFor()
  await page.getByText('Chrome on Linux').nth(1).waitFor()
  await shot('security')
  await page.getByLabel('Present password').fill(PASSWORD)
  await page.getByLabel('New password').fill('quite another sentence')
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByText(/Password changed; \d+ other sessions? ended/).waitFor()
  assert.equal(await other.evaluate(async () => (await fetch('/api/v1/session')).status), 401)
  await other.context().close()

  await page.goto('/settings/tokens')
  await page.getByLabel('What is it for?').fill('Story reader')
  await page.getByRole('button', { name: 'Create' }).click()
  const token = await page.locator('.once code').textContent()
  const asProgram = (method, path) => fetch(`${kith.base}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }, ...(method === 'POST' && { body: '{"name":"x"}' }) })
  assert.equal((await asProgram('GET', '/cards')).status, 200)
  assert.equal((await asProgram('POST', '/books')).status, 403)
  await page.reload()
  await page.getByText(/used just now/).waitFor()
  await shot('tokens')

  await page.goto('/settings/activity')
  for (const act of ['Second factor switched on', 'Signed in with a recovery code', 'Password changed', 'Token made', 'Token used for the first time'])
    await page.getByText(act, { exact: true }).first().waitFor()
  await page.locator('.alarming', { hasText: 'Wrong code' }).waitFor()
  await shot('activity')
  await page.goto('/console')
  await page.getByLabel('Which acts').selectOption('Password changed')
  await until('only that act', async () => (await page.locator('.acts b').allTextContents()).every(text => text === 'Password changed') && await page.locator('.acts b').count() === 1)
  await shot('console')

  await page.goto('/settings/security')
  await page.getByRole('button', { name: 'Switch off' }).click()
  await dialog.getByLabel('Your password').fill('quite another sentence')
  await dialog.getByLabel(/^Code/).fill(codes[1])
  await dialog.getByRole('button', { name: 'Switch off' }).click()
  await page.getByRole('button', { name: 'Set up' }).waitFor()
}

async function leaves() {
  await page.getByRole('button', { name: 'You', exact: true }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('link', { name: 'Start your book' }).waitFor()
}

const STORY = { signsUp, importsFiles, takesOutWhatCameIn, saysTheSameInEveryFormat, searches, editsACard, keepsHtmlAsText, offersAMerge, mergesAndUndoes, undoesAnImport, operates, guardsTheDoor, leaves,
  async complainsOfNothing() { assert.deepEqual(complaints, []) } }

let failed = 0
for (const [name, step] of Object.entries(STORY)) {
  try {
    await step()
    console.log(`ok   ${name}`)
  } catch (error) {
    failed++
    console.log(`FAIL ${name}: ${error.message}\n${error.stack}\ncomplaints: ${JSON.stringify(complaints)}`)
    if (process.env.KITH_SHOT) await page.screenshot({ path: `${process.env.KITH_SHOT}/${name}.png` })
    if (name === 'signsUp') break
  }
}
await browser.close()
if (failed) console.log(kith.log().slice(-4000))
await kith.stop()
console.log(`${Object.keys(STORY).length - failed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
