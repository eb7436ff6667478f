/* What each account holds of what it may hold, and who was invited to have one. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { admin as calls } from '../api/calls'
import type { Accounts as AccountsPage, Holds, Invitation, Invitations as Invited } from '../api/fleet'
import { bytes, momentOf, number } from '../lib/format'
import { Bone, Fault, IconButton } from '../ui/parts'
import { useToast } from '../ui/toast'

const COLUMNS: [keyof Holds, string, string, (n: number) => string][] = [
  ['cards', 'Contacts', 'account-cards-max', number],
  ['bytes', 'Room', 'account-storage-mb', bytes],
  ['tokens', 'API tokens', 'account-tokens-max', number],
  ['imports_today', 'Imports today', 'account-imports-per-day', number],
]
const NEAR = 0.9

export function Accounts() {
  const [typed, setTyped] = useState('')
  const [email, setEmail] = useState('')
  const { data, error, refetch, fetchNextPage, hasNextPage, isFetchingNextPage } = useInfiniteQuery({
    queryKey: ['admin-accounts', email], initialPageParam: '', queryFn: ({ pageParam }) => calls.accounts(pageParam, email), getNextPageParam: page => page.next,
  })
  const look = (event: FormEvent) => { event.preventDefault(); setEmail(typed.trim()) }
  const max = data?.pages[0]?.max
  const items = data?.pages.flatMap(page => page.items) ?? []
  return (
    <section className="panel stack" aria-labelledby="accounts-head">
      <div className="spread wrap">
        <h2 id="accounts-head">Accounts</h2>
        <form className="row wrap" onSubmit={look}>
          <input className="input small acts-who" type="email" aria-label="Whose" placeholder="E-mail, Enter" value={typed} onChange={event => { setTyped(event.target.value); if (!event.target.value) setEmail('') }} />
        </form>
      </div>
      {error && <Fault error={error} retry={() => void refetch()} />}
      {!data && !error && <Bone width="100%" height="4rem" />}
      {max && items.length === 0 && <p className="small muted">Nobody signed up with this address.</p>}
      {max && items.length > 0 && <Quotas items={items} max={max} />}
      {max && <p className="small muted">What each may hold is said by {COLUMNS.map(([, , setting]) => setting).join(', ')} in kith.conf.</p>}
      {hasNextPage && <button type="button" className="btn" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>More</button>}
    </section>
  )
}

function Quotas({ items, max }: { items: AccountsPage['items']; max: Holds }) {
  const near = (one: Holds, name: keyof Holds) => one[name] >= max[name] * NEAR
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Accounts">
      <table className="quotas">
        <thead><tr><th scope="col">Account</th>{COLUMNS.map(([name, title, setting, show]) => (
          <th scope="col" key={name} title={`Setting ${setting}`}>{title}<span className="faint">at most {show(max[name])}</span></th>
        ))}</tr></thead>
        <tbody>{items.map(one => (
          <tr key={one.account}>
            <th scope="row">{one.email || one.account}</th>
            {COLUMNS.map(([name, , , show]) => (
              <td key={name} className={near(one, name) ? 'num near' : 'num'}>{show(one[name])}{near(one, name) && <span className="sr"> (nearly full)</span>}</td>
            ))}
          </tr>
        ))}</tbody>
      </table>
    </div>
  )
}

const SIGN_UP = {
  open: 'Everybody may sign up (setting sign-up = open); an invitation is not needed.',
  invitation: 'Who has an invitation may sign up (setting sign-up = invitation).',
  closed: 'Nobody may sign up, invited or not (setting sign-up = closed).',
}

export function Invitations() {
  const { data, error, refetch } = useQuery({ queryKey: ['admin-invitations'], queryFn: calls.invitations })
  const [made, setMade] = useState<Invitation | null>(null)
  return (
    <section className="panel stack" aria-labelledby="invitations-head">
      <div>
        <h2 id="invitations-head">Invitations</h2>
        {data && <p className="small muted">{SIGN_UP[data.sign_up]}</p>}
      </div>
      {error && <Fault error={error} retry={() => void refetch()} />}
      <Invite onMade={one => { setMade(one); void refetch() }} />
      {made && <Link made={made} />}
      {data && <Open list={data.items} onChange={() => void refetch()} />}
    </section>
  )
}

function Invite({ onMade }: { onMade: (made: Invitation) => void }) {
  const toast = useToast()
  const [email, setEmail] = useState('')
  const [busy, setBusy] = useState(false)
  const invite = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    try { onMade(await calls.invite(email.trim())); setEmail('') } catch (fault) { toast.fault(fault) } finally { setBusy(false) }
  }
  return (
    <form className="row wrap" onSubmit={event => void invite(event)}>
      <input className="input invite-who" type="email" required aria-label="Whom to invite" placeholder="E-mail address" value={email} onChange={event => setEmail(event.target.value)} />
      <button type="submit" className="btn primary" disabled={busy || !email.trim()}>Invite</button>
    </form>
  )
}

/* Shown once: the server keeps only what proves it. */
function Link({ made }: { made: Invitation }) {
  const toast = useToast()
  const link = made.link.startsWith('/') ? window.location.origin + made.link : made.link
  const copy = async () => {
    try { await navigator.clipboard.writeText(link); toast.show('Copied') } catch (fault) { toast.fault(fault) }
  }
  return (
    <div className="stack invited" role="status">
      <p className="small">Send this link to <b>{made.email}</b>: it is shown once, holds until {momentOf(made.expires)}, and opens for that address only.</p>
      <div className="row"><input className="input mono" readOnly aria-label="The link" value={link} onFocus={event => event.target.select()} /><button type="button" className="btn" onClick={() => void copy()}>Copy</button></div>
    </div>
  )
}

function Open({ list, onChange }: { list: Invited['items']; onChange: () => void }) {
  const toast = useToast()
  const withdraw = async (email: string) => {
    try { await calls.withdraw(email); onChange(); toast.show(`${email} can sign up no more`) } catch (fault) { toast.fault(fault) }
  }
  if (!list.length) return <p className="small muted">No invitation is open.</p>
  return (
    <div className="table" tabIndex={0} role="region" aria-label="Open invitations">
      <table>
        <thead><tr><th scope="col">Invited</th><th scope="col">On</th><th scope="col">Until</th><th scope="col"><span className="sr">Withdraw</span></th></tr></thead>
        <tbody>{list.map(one => (
          <tr key={one.email}>
            <th scope="row">{one.email}</th><td>{momentOf(one.created)}</td><td>{momentOf(one.expires)}</td>
            <td className="actions"><IconButton icon="trash" label={`Withdraw the invitation of ${one.email}`} onClick={() => void withdraw(one.email)} /></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  )
}
