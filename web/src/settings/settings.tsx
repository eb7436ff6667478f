import { Link } from 'wouter'
import type { Session } from '../api/types'
import { AccountPart } from './account'
import { ExportPart } from './export'
import { RestorePart } from './restore'
import { TokensPart } from './tokens'
import './settings.css'

const PARTS: [string, string][] = [['account', 'Account'], ['export', 'Take out'], ['restore', 'Go back in time'], ['tokens', 'Programs']]

export function Settings({ part, session, onLeave }: { part: string; session: Session; onLeave: () => void }) {
  return (
    <div className="page settings">
      <header className="page-head"><h1>Settings</h1></header>
      <div className="settings-grid">
        <nav aria-label="Settings">
          {PARTS.map(([key, text]) => <Link key={key} href={`/settings/${key}`} aria-current={part === key ? 'page' : undefined}>{text}</Link>)}
        </nav>
        <div className="stack">
          {part === 'export' ? <ExportPart /> : part === 'restore' ? <RestorePart /> : part === 'tokens' ? <TokensPart /> : <AccountPart session={session} onLeave={onLeave} />}
        </div>
      </div>
    </div>
  )
}
