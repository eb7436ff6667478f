// A believable, fictional address book: deterministic, several scripts, a part of it twice.
const FIRST = 'Anna,Jürgen,Lucía,Mehmet,Γιώργος,Chloé,Søren,Agnieszka,Иван,Yuki,Omar,Priya,Liam,Amara,Noor,Mateo,Ingrid,Tomáš,Eleni,Wei,Fatima,João,Siobhán,Kwame,Leila,Hannes,Zoë,Davide,Marta,Ravi'.split(',')
const LAST = 'Lindqvist,Weiß,García Marín,Yıldız,Παπαδάκης,Dubois,Kjær,Nowak,Соколов,Tanaka,Haddad,Iyer,O’Connor,Okafor,van Dijk,Romero,Bergström,Novák,Karras,Zhang,Rahimi,Pereira,Walsh,Mensah,Farouk,Brandt,Meyer,Conti,Kowalska,Menon'.split(',')
const FIRMS = ['Lindenhof AG', 'Northwind Freight', 'Almada & Filhos', 'Bluebell Clinic', 'Kestrel Robotics', 'Atelier Marchand', 'Hafenwerk', 'Sunward Energy', 'Papyrus Books', 'Ostara Foods']
const TITLES = ['Head of Purchasing', 'Software Engineer', 'Managing Director', 'Nurse', 'Account Manager', 'Architect', 'CFO', 'Teacher', 'Sales Lead', 'Editor']
const PLACES = [['Hamburg', 'Germany', 'DE', '+49'], ['Lisbon', 'Portugal', 'PT', '+351'], ['Athens', 'Greece', 'GR', '+30'], ['Lyon', 'France', 'FR', '+33'], ['Kraków', 'Poland', 'PL', '+48'], ['Leeds', 'United Kingdom', 'GB', '+44'], ['Osaka', 'Japan', 'JP', '+81'], ['Nairobi', 'Kenya', 'KE', '+254']]
const TAGS = ['friends', 'clients', 'choir', 'press', 'suppliers', 'family']
const SOURCES = [{ id: 's1', name: 'iPhone', kind: 'file' }, { id: 's2', name: 'Gmail', kind: 'file' }, { id: 's3', name: 'Outlook', kind: 'file' }]
const plain = text => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^a-z]+/g, '') || 'contact'

function dice(seed) {
  let s = seed
  return n => { s = (Math.imul(s, 1664525) + 1013904223) >>> 0; return Math.floor((s / 2 ** 32) * n) }
}

function person(i, roll) {
  const first = FIRST[roll(FIRST.length)], last = LAST[roll(LAST.length)], firm = FIRMS[roll(FIRMS.length)], [city, country, code, dial] = PLACES[roll(PLACES.length)]
  const id = `c${String(i).padStart(12, '0')}`
  const number = `${dial} ${151 + roll(20)} 555 ${String(1000 + roll(9000))}`
  const email = `${plain(first)}.${plain(last)}@${plain(firm)}.example`
  const tags = roll(3) === 0 ? [TAGS[roll(TAGS.length)], ...(roll(4) === 0 ? [TAGS[roll(TAGS.length)]] : [])] : []
  const card = {
    '@type': 'Card', version: '1.0', uid: `urn:kith:${id}`,
    name: { full: `${first} ${last}`, components: [{ kind: 'given', value: first }, { kind: 'surname', value: last }] },
    organizations: { o1: { name: firm } }, titles: { t1: { name: TITLES[roll(TITLES.length)] } },
    emails: { e1: { address: email, contexts: { work: true } } }, phones: { p1: { number, features: { mobile: true } } },
    addresses: { a1: { components: [{ kind: 'name', value: 'Harbour Street 12' }, { kind: 'locality', value: city }, { kind: 'country', value: country }], countryCode: code } },
    ...(roll(4) === 0 && { anniversaries: { b1: { kind: 'birth', date: { year: 1960 + roll(40), month: 1 + roll(12), day: 1 + roll(28) } } }, notes: { n1: { note: 'Met at the trade fair; prefers a call in the morning.' } } }),
    ...(tags.length && { keywords: Object.fromEntries(tags.map(tag => [tag, true])) }),
    ...(roll(3) === 0 && { vCardProps: [['x-abuid', {}, 'text', '5AD380FD-B2DE:ABPerson'], ['x-spouse', {}, 'text', 'Robin']] }),
  }
  const sources = SOURCES.filter((_, s) => s === i % 3 || roll(5) === 0).map(s => ({ source: s.id, name: s.name, kind: s.kind, key: id, seen: '2026-11-20T10:00:00Z', format: 'vcard3' }))
  const facts = [
    { id: `${id}.country.1`, card: id, field: 'country', value: code, label: country, rule: 'phone', rule_text: `The number begins with ${dial}`, confidence: 95, from: 'phones/p1', state: 'proposed' },
    { id: `${id}.seniority.2`, card: id, field: 'seniority', value: 'lead', label: 'Leads others', rule: 'title', rule_text: `The title “${card.titles.t1.name}” says so`, confidence: 80, from: 'titles/t1', state: 'proposed' },
  ]
  const when = new Date(Date.UTC(2026, 10, 23) - roll(90) * 86400e3).toISOString()
  return { id, seq: i + 1, book: 'b1', state: 'live', merged_into: null, created: when, updated: when, deleted: null, card, facts: roll(2) ? facts : facts.slice(0, 1), sources, photo: null, initials: first[0] + last[0], hue: (i * 47) % 360 }
}

const rowOf = detail => {
  const { card } = detail
  const address = Object.values(card.addresses ?? {})[0]
  const part = kind => address?.components?.find(one => one.kind === kind)?.value
  return { id: detail.id, name: card.name?.full ?? '', company: Object.values(card.organizations ?? {})[0]?.name ?? '', title: Object.values(card.titles ?? {})[0]?.name ?? '', email: Object.values(card.emails ?? {})[0]?.address ?? '', phone: Object.values(card.phones ?? {})[0]?.number ?? '',
    place: [part('locality'), part('country')].filter(Boolean).join(', '), tags: Object.keys(card.keywords ?? {}), updated: detail.updated, seq: detail.seq, photo: detail.photo, initials: detail.initials, hue: detail.hue, suggestions: detail.twin ? 1 : 0 }
}

function twinOf(detail, i) {
  const copy = structuredClone(detail)
  const { card } = copy
  Object.assign(copy, { id: `d${detail.id.slice(1)}`, hue: (detail.hue + 90) % 360, sources: [{ source: 's2', name: 'Gmail', kind: 'file', key: 'x', seen: '2026-11-20T10:00:00Z', format: 'vcard3' }], twin: true })
  card.name = { full: i % 2 ? card.name.full.toUpperCase() : card.name.components.map(one => one.value).reverse().join(', ') }
  card.titles = { t1: { name: 'Purchasing' } }
  card.emails = { ...card.emails, e2: { address: `home${i}@mail.example` } }
  delete card.addresses
  return copy
}

const pairOf = (a, b) => ({
  id: `${a.id}-${b.id}`, score: 1520, certainty: a.seq % 3 ? 'likely' : 'certain', a, b, suggested: { ...b.card, ...a.card, emails: { ...a.card.emails, ...b.card.emails } },
  evidence: [
    { field: 'email', label: 'E-mail', a: a.card.emails.e1.address, b: a.card.emails.e1.address, points: 900, text: 'same e-mail address' },
    { field: 'phone', label: 'Phone', a: '', b: '', points: 600, text: 'same number' },
    { field: 'name', label: 'Name', a: '', b: '', points: 650, text: 'same name with first name and surname swapped' },
    { field: 'title', label: 'Title', a: '', b: '', points: -50, text: 'different job titles' },
  ],
})

export function book(count) {
  const roll = dice(7)
  const people = Array.from({ length: count }, (_, i) => person(i, roll))
  const pairs = people.filter((_, i) => i % 16 === 3).map((a, i) => { a.twin = true; return pairOf(a, twinOf(a, i)) })
  const cards = new Map([...people, ...pairs.map(pair => pair.b)].map(one => [one.id, one]))
  const state = {
    seq: count, cards, pairs, merges: [], imports: [],
    live: want => [...cards.values()].filter(one => one.state === (want ?? 'live')),
    list(query) {
      const key = { company: 'company', updated: 'updated', created: 'updated' }[query.get('sort')] ?? 'name'
      const sign = query.get('order') === 'desc' ? -1 : 1
      const rows = this.live(query.get('state') ?? undefined).filter(one => (!query.get('source') || one.sources.some(s => s.source === query.get('source'))) && (!query.get('country') || one.card.addresses?.a1.countryCode === query.get('country'))).map(rowOf)
        .filter(row => !query.get('tag') || row.tags.includes(query.get('tag'))).sort((a, b) => sign * a[key].localeCompare(b[key]))
      const offset = Number(query.get('offset') ?? 0)
      return { items: rows.slice(offset, offset + Number(query.get('limit') ?? 100)), total: rows.length, next: null }
    },
    search(q, limit) {
      const words = q.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().split(/\s+/).filter(Boolean)
      const items = this.live().map(rowOf).flatMap(row => {
        const fields = ['name', 'company', 'email', 'phone', 'place'].map(field => ({ field, text: row[field] }))
        const fits = words.every(word => fields.some(one => one.text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().includes(word)))
        return fits ? [{ ...row, match: fields.find(one => one.text.toLowerCase().includes(words[0])) ?? fields[0] }] : []
      })
      return { items: items.slice(0, limit), total: items.length, took_us: 900 }
    },
    add(card) { const made = { ...person(cards.size + 1000, roll), card, sources: [], facts: [] }; cards.set(made.id, made); return made },
    patch(detail, body) { detail.seq = ++this.seq; if (body.card) { detail.card = body.card; return }
      for (const [pointer, value] of Object.entries(body)) { const steps = pointer.split('/'), last = steps.pop(); let node = detail.card; for (const step of steps) node = node[step] ??= {}; if (value === null) delete node[last]; else node[last] = value } },
    bulk(id, { action, tag }) { const one = cards.get(id); if (action === 'delete') one.state = 'trash'; if (action === 'restore') one.state = 'live'; if (action === 'tag') (one.card.keywords ??= {})[tag] = true; if (action === 'untag') delete one.card.keywords?.[tag] },
    history: id => [
      { seq: cards.get(id).seq, at: cards.get(id).updated, op: 'update', actor: 'you', why: '', changes: [{ field: 'titles/t1/name', label: 'Title', before: 'Buyer', after: cards.get(id).card.titles?.t1?.name ?? '' }, { field: 'emails/e1/address', label: 'E-mail', before: 'old@mail.example', after: cards.get(id).card.emails?.e1?.address ?? '' }] },
      { seq: 2, at: '2026-10-02T09:12:00Z', op: 'enrich', actor: 'Kith', why: 'The number begins with +49', changes: [{ field: 'country', label: 'Country', before: null, after: 'Germany' }] },
      { seq: 1, at: '2026-10-02T09:11:00Z', op: 'import', actor: 'you', why: 'iphone.vcf', changes: [] }],
    originals: id => cards.get(id).sources.map(source => ({ source: source.source, format: 'vCard 3.0', text: `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${cards.get(id).card.name.full}\r\nTEL;TYPE=CELL:${cards.get(id).card.phones?.p1?.number}\r\nEMAIL;TYPE=WORK:${cards.get(id).card.emails?.e1?.address}\r\nitem1.X-ABLabel:_$!<HomePage>!$_\r\nEND:VCARD\r\n` })),
    answer(id, what) { const at = this.pairs.findIndex(pair => pair.id === id); if (at < 0) return null; const [pair] = this.pairs.splice(at, 1); (this.done ??= new Map()).set(id, pair); if (what === 'merge') { pair.b.state = 'merged'; this.merges.unshift({ id, at: new Date().toISOString(), actor: 'you', winner: { id: pair.a.id, name: pair.a.card.name.full }, loser: { id: pair.b.id, name: pair.b.card.name.full }, undone: null }) } return pair.a },
    unmerge(id) { const merge = this.merges.find(one => one.id === id); if (merge) merge.undone = new Date().toISOString(); const pair = this.done?.get(id); if (pair) { pair.b.state = 'live'; this.pairs.unshift(pair) } },
    say(ids, what) { for (const one of cards.values()) for (const fact of one.facts) if (ids.includes(fact.id)) fact.state = what === 'accept' ? 'accepted' : 'rejected' },
    upload(name, text) {
      const found = (String(text).match(/BEGIN:VCARD/gi) ?? []).length || 240
      const csv = /\.csv$/i.test(name)
      const one = { id: `i${this.imports.length + 1}`, file: name, bytes: String(text).length, state: 'scanning', format: csv ? 'csv' : 'vcard', program: /gmail/i.test(name) ? 'Gmail' : /outlook/i.test(name) ? 'Outlook' : 'iPhone', encoding: 'UTF-8', cards: found, good: found - 2, bad: 2, created: 0, updated: 0, skipped: 0, failed: 0,
        progress: null, will: { create: found - 42, update: 30, unchanged: 10 }, errors: [{ card: 17, line: 212, name: 'Rosa Q.', message: 'END:VCARD is missing; read up to the next card', severity: 'warning' }, { card: 88, line: 1043, message: 'The photo is not valid base64', severity: 'error' }], errors_total: 2, preview: people.slice(0, 6).map(rowOf), source: null, book: 'b1', created_at: new Date().toISOString(),
        ...(csv && { columns: [{ column: 'Given Name', sample: ['Anna', 'Jo'], target: 'name/given' }, { column: 'E-mail 1 - Value', sample: ['a@x.example'], target: 'emails' }, { column: 'Shoe size', sample: ['42', '39'], target: null }], targets: ['name/full', 'name/given', 'name/surname', 'emails', 'phones', 'organizations', 'titles', 'notes', 'keywords'] }) }
      this.imports.unshift(one)
      return one
    },
    tags: () => TAGS.map(tag => ({ tag, count: state.live().filter(one => one.card.keywords?.[tag]).length })),
    stats: () => ({ cards: state.live().length, trash: state.live('trash').length, duplicates: state.pairs.length, imports: state.imports.length, sources: SOURCES.map(s => ({ ...s, count: state.live().filter(one => one.sources.some(x => x.source === s.id)).length })), countries: PLACES.map(([, name, code]) => ({ code, name, count: state.live().filter(one => one.card.addresses?.a1.countryCode === code).length })), companies: [], seniorities: [], work: { waiting: 0, running: 0 } }),
  }
  return state
}
