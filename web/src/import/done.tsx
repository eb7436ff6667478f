/* What came of it, and the way back. */
import { Link } from 'wouter'
import { imports as calls } from '../api/calls'
import { useImport } from '../api/queries'
import type { Import } from '../api/types'
import { number } from '../lib/format'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'
import { FileHead } from './file-head'
import { Problems } from './problems'

const ENDS: Record<string, string> = { done: 'Done', undone: 'Taken back', failed: 'Failed' }

export function Done({ import_: summary, onUpdate }: { import_: Import; onUpdate: (next: Import) => void }) {
  const one = useImport(summary)
  const toast = useToast()
  const undo = async () => {
    try { onUpdate(await calls.undo(one.id)) } catch (error) { toast.fault(error) }
  }
  const counts: [string, number][] = [['added', one.created], ['updated', one.updated], ['already there', one.skipped], ['not read', one.failed || one.bad]]
  return (
    <section className="panel file-panel" data-state={one.state}>
      <FileHead import_={one}><span className={one.state === 'failed' ? 'chip danger' : 'chip accent'}>{one.state === 'done' && <Icon name="check" />}{ENDS[one.state]}</span></FileHead>
      {one.error && <p className="fault">{one.error}</p>}
      {one.state === 'done' && (
        <>
          <div className="will"><dl>{counts.filter(([, n], i) => i === 0 || n > 0).map(([text, n]) => <div key={text}><dt>{text}</dt><dd className="num">{number(n)}</dd></div>)}</dl></div>
          <Problems import_={one} />
          <div className="commit">
            <Link href="/contacts" className="btn primary">See your contacts</Link>
            <Link href="/duplicates" className="btn">Look at duplicates</Link>
            <div className="grow" />
            <button type="button" className="btn ghost" onClick={undo}><Icon name="undo" />Undo this import</button>
          </div>
        </>
      )}
      {one.state === 'undone' && <p className="small muted">Your book is as it was before this file.</p>}
    </section>
  )
}
