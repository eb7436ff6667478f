/* Who is there decides what is shown: the public site, or the address book. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { session as calls } from './api/calls'
import { ApiError, setCsrf } from './api/client'
import type { Session } from './api/types'
import { Contacts } from './list/contacts'
import { Landing } from './landing/landing'
import { Shell } from './shell/shell'
import { Fault } from './ui/parts'

const ImportPage = lazy(() => import('./import/import-page').then(m => ({ default: m.ImportPage })))
const Duplicates = lazy(() => import('./duplicates/duplicates').then(m => ({ default: m.Duplicates })))
const Console = lazy(() => import('./console/console').then(m => ({ default: m.Console })))
const Settings = lazy(() => import('./settings/settings').then(m => ({ default: m.Settings })))

async function whoIsThere(): Promise<Session | null> {
  try {
    const found = await calls.get()
    setCsrf(found.csrf)
    return found
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

export function App() {
  const client = useQueryClient()
  const session = useQuery({ queryKey: ['session'], queryFn: whoIsThere, staleTime: Infinity })
  const enter = (fresh: Session) => {
    setCsrf(fresh.csrf)
    client.setQueryData(['session'], fresh)
  }
  const leave = () => {
    client.setQueryData(['session'], null)      /* not clear(): it would cut the observer above from its query */
    client.removeQueries({ predicate: query => query.queryKey[0] !== 'session' })
  }
  if (session.isPending) return <div className="starting" aria-busy="true" />
  if (session.isError) return <div className="page"><Fault error={session.error} retry={() => void session.refetch()} /></div>
  if (!session.data) return <Landing onEnter={enter} />
  return (
    <Shell session={session.data} onLeave={leave}>
      <Suspense fallback={null}>
        <Switch>
          <Route path="/contacts/:id?">{({ id }) => <Contacts {...(id && { id })} />}</Route>
          <Route path="/import"><ImportPage /></Route>
          <Route path="/duplicates/:view?">{({ view }) => <Duplicates view={view === 'merged' ? 'merged' : 'queue'} />}</Route>
          <Route path="/settings/:part?">{({ part }) => <Settings part={part ?? 'account'} session={session.data!} onLeave={leave} />}</Route>
          {session.data.user.admin && <Route path="/console"><Console /></Route>}
          <Route><Redirect to="/contacts" replace /></Route>
        </Switch>
      </Suspense>
    </Shell>
  )
}
