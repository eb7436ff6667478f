/* The file being looked through, imported or taken back: how far, how fast, how long. */
import { useEffect } from 'react'
import { useImport, useImports } from '../api/queries'
import type { Import } from '../api/types'
import { duration, number } from '../lib/format'
import { Bar } from '../ui/parts'
import { FileHead } from './file-head'

const ASK_MS = 1500        /* should the event stream be cut, asking carries on */
const DOING: Record<string, string> = { uploaded: 'Waiting', scanning: 'Looking through the file', running: 'Importing', undoing: 'Taking it back' }

export function Running({ import_: one }: { import_: Import }) {
  const list = useImports()
  const now = useImport(one, ASK_MS)
  const { refetch } = list
  useEffect(() => { if (now.state !== one.state) void refetch() }, [now.state, one.state, refetch])
  const progress = now.progress
  const total = progress?.total ?? 0
  return (
    <section className="panel file-panel" aria-busy="true">
      <FileHead import_={now} />
      <Bar share={total > 0 ? progress!.done / total : null} label={`${DOING[now.state]} ${now.file}`} />
      <p className="small muted spread num">
        <span>{DOING[now.state]}{total > 0 && `: ${number(progress!.done)} of ${number(total)} contacts`}</span>
        <span>{!!progress?.per_second && `${number(Math.round(progress.per_second))} a second`}{!!progress?.eta_s && `, ${duration(progress.eta_s)} to go`}</span>
      </p>
    </section>
  )
}
