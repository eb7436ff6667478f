/* Files in, one panel per file: looked through first, imported when the person says so, undone as one step. */
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { imports as calls } from '../api/calls'
import { useImports } from '../api/queries'
import type { Import } from '../api/types'
import { plural } from '../lib/format'
import { Fault } from '../ui/parts'
import { useToast } from '../ui/toast'
import { Done } from './done'
import { DropZone } from './drop-zone'
import { Past } from './past'
import { Ready, type Commits } from './ready'
import { Running } from './running'
import { Uploading, type Upload } from './uploading'
import './import.css'

const OPEN = new Set(['uploaded', 'scanning', 'ready', 'running', 'undoing'])

export function ImportPage() {
  const client = useQueryClient()
  const toast = useToast()
  const list = useImports()
  const [uploads, setUploads] = useState<Upload[]>([])
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set())   /* ids this visit has touched: stay in sight when done */

  const keep = (id: string) => setFresh(now => new Set(now).add(id))
  const send = async (file: File) => {
    const key = `${file.name}-${crypto.getRandomValues(new Uint32Array(1))[0]}`
    const set = (change: Partial<Upload>) => setUploads(all => all.map(one => (one.key === key ? { ...one, ...change } : one)))
    setUploads(all => [...all, { key, name: file.name, bytes: file.size, share: 0 }])
    try {
      const made = await calls.upload(file, share => set({ share }))
      keep(made.id)
      client.setQueryData(['import', made.id], made)
      await client.invalidateQueries({ queryKey: ['imports'] })
      setUploads(all => all.filter(one => one.key !== key))
    } catch (error) { set({ fault: error instanceof Error ? error.message : String(error) }) }
  }
  const take = (files: File[]) => { for (const file of files) void send(file) }
  const update = (next: Import) => {
    keep(next.id)
    client.setQueryData(['import', next.id], next)
    void client.invalidateQueries({ queryKey: ['imports'] })
  }
  const drop = async (id: string) => {
    try { await calls.remove(id); await client.invalidateQueries({ queryKey: ['imports'] }) } catch (error) { toast.fault(error) }
  }

  /* each panel that is ready says how it would be imported, so that one button can do all */
  const commits = useRef(new Map<string, () => Promise<void>>())
  const all = list.data?.items ?? []
  const shown = all.filter(one => OPEN.has(one.state) || fresh.has(one.id))
  const past = all.filter(one => !shown.includes(one))
  const ready = shown.filter(one => one.state === 'ready' && one.good > 0)
  return (
    <div className="page import-page">
      <header className="page-head"><div><h1>Import</h1><p className="muted">You see what will happen before anything does, and can take it back after.</p></div></header>
      <DropZone onFiles={take} small={shown.length + uploads.length > 0} />
      {list.isError && <Fault error={list.error} retry={() => void list.refetch()} />}
      <div className="stack">
        {uploads.map(upload => <Uploading key={upload.key} upload={upload} onClose={() => setUploads(now => now.filter(one => one.key !== upload.key))} />)}
        {ready.length > 1 && (
          <p className="import-all">
            <span>{ready.length} files are ready: {plural(ready.reduce((sum, one) => sum + one.good, 0), 'contact')}</span>
            <button type="button" className="btn primary" onClick={() => { for (const one of ready) void commits.current.get(one.id)?.() }}>Import all {ready.length}</button>
          </p>
        )}
        {shown.map(one => <Panel key={one.id} import_={one} onUpdate={update} onDrop={() => drop(one.id)} commits={commits.current} />)}
      </div>
      {past.length > 0 && <Past imports={past} onUpdate={update} />}
    </div>
  )
}

interface PanelProps { import_: Import; onUpdate: (next: Import) => void; onDrop: () => void; commits: Commits }

function Panel({ import_: one, onUpdate, onDrop, commits }: PanelProps) {
  if (one.state === 'ready') return <Ready summary={one} onUpdate={onUpdate} onDrop={onDrop} commits={commits} />
  if (OPEN.has(one.state)) return <Running import_={one} />
  return <Done import_={one} onUpdate={onUpdate} />
}
