import { Link } from 'wouter'
import type { Session } from '../api/types'
import { AccountPart } from './account'
import { ActivityPart } from './activity'
import { ExportPart } from './export'
import { RestorePart } from './restore'
import { SecurityPart } from './security'
import { TokensPart } from './tokens'
import './settings.css'

const PARTS: [string, string][] = [['account', 'Account'], ['security', 'Security'], ['export', 'Take out'], ['restore', 'Go back in time'], ['tokens', 'Programs'], ['activity', 'Activity']]

export function Settings({ part, session, onLeave }: { part: string; session: Session; onLeave: () => void }) {
  return (
    <div className="page settings">
      <header className="page-head"><h1>Settings</h1></header>
      <div className="settings-grid">
        <nav aria-label="Settings">
          {PARTS.map(([key, text]) => <Link key={key} href={`/settings/${key}`} aria-current={part === key ? 'page' : undefined}>{text}</Link>)}
        </nav>
        <div className="stack">
          {part === 'export' ? <ExportPart /> : part === 'restore' ? <RestorePart /> : part === 'tokens' ? <TokensPart operator={session.user.admin ?? false} /> : part === 'security' ? <SecurityPart /> : part === 'activity' ? <ActivityPart /> : <AccountPart session={session} onLeave={onLeave} />}
        </div>
      </div>
    </div>
  )
}
