/* The frame of every signed-in screen: mark, places to go, work in progress, the person. */
import { useState, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { Link, useLocation } from 'wouter'
import { session as calls } from '../api/calls'
import { useEvents } from '../api/events'
import { useStats } from '../api/queries'
import type { Session } from '../api/types'
import { number } from '../lib/format'
import { useHotkeys } from '../lib/hotkeys'
import { Face } from '../ui/parts'
import { Icon, Mark, type IconName } from '../ui/icon'
import { Menu } from '../ui/menu'
import { useToast } from '../ui/toast'
import { Activity } from './activity'
import { Help } from './help'
import { ThemeChoice } from './theme'
import './shell.css'

const PLACES: { to: string; text: string; icon: IconName; count?: 'duplicates' }[] = [
  { to: '/contacts', text: 'Contacts', icon: 'people' },
  { to: '/duplicates', text: 'Duplicates', icon: 'twins', count: 'duplicates' },
  { to: '/import', text: 'Import', icon: 'import' },
  { to: '/settings', text: 'Settings', icon: 'settings' },
]

export function Shell({ session, onLeave, children }: { session: Session; onLeave: () => void; children: ReactNode }) {
  const [path, go] = useLocation()
  const [help, setHelp] = useState(false)
  const stats = useStats()
  useEvents()
  const toSearch = () => {
    if (!path.startsWith('/contacts')) flushSync(() => go('/contacts'))
    document.getElementById('search')?.focus()
  }
  useHotkeys({ '?': () => setHelp(true), '/': toSearch, 'mod+k': toSearch })

  return (
    <>
      <a className="skip" href="#main">Skip to content</a>
      <header className="top">
        <Link href="/contacts" className="brand" aria-label="Kith, your contacts"><Mark /><span>Kith</span></Link>
        <nav aria-label="Main">
          {PLACES.map(place => (
            <Link key={place.to} href={place.to} aria-current={path.startsWith(place.to) ? 'page' : undefined}>
              <Icon name={place.icon} /><span>{place.text}</span>
              {place.count && !!stats.data?.[place.count] && <b className="count num">{number(stats.data[place.count])}</b>}
            </Link>
          ))}
        </nav>
        <div className="grow" />
        <Activity work={stats.data?.work} />
        <PersonMenu session={session} onLeave={onLeave} onHelp={() => setHelp(true)} />
      </header>
      <main id="main" tabIndex={-1}>{children}</main>
      {help && <Help onClose={() => setHelp(false)} />}
    </>
  )
}

function PersonMenu({ session, onLeave, onHelp }: { session: Session; onLeave: () => void; onHelp: () => void }) {
  const toast = useToast()
  const name = session.user.name || session.user.email
  const leave = async () => {
    try { await calls.logout() } catch (error) { return toast.fault(error) }
    onLeave()
  }
  return (
    <Menu label="You" className="person" button={<Face row={{ initials: name.slice(0, 1).toUpperCase(), hue: 165 }} size="2rem" />}>
      {close => (
        <>
          <p className="note"><b className="clip">{name}</b><br />{session.user.email}</p>
          <hr />
          <ThemeChoice />
          <hr />
          {session.user.admin && <Link href="/console" onClick={close}><Icon name="pulse" />Console</Link>}
          <button type="button" onClick={() => { close(); onHelp() }}><Icon name="help" />Keyboard shortcuts</button>
          <button type="button" onClick={leave}><Icon name="out" />Sign out</button>
        </>
      )}
    </Menu>
  )
}
