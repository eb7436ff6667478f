/* The dry run: what is in the file, what would happen, what could not be read; then the choice. */
import { useEffect, useState } from 'react'
import { imports as calls } from '../api/calls'
import { useImport } from '../api/queries'
import type { Import, ImportMode, ImportTable } from '../api/types'
import { number, plural } from '../lib/format'
import { Bar, Face, Field, Segments } from '../ui/parts'
import { useToast } from '../ui/toast'
import { Columns } from './columns'
import { FileHead } from './file-head'
import { Problems } from './problems'
import { Table } from './table'

const ASK_MS = 500
const MODES: [ImportMode, string][] = [['both', 'Add and update'], ['create', 'Only add new'], ['update', 'Only update']]

export type Commits = Map<string, () => Promise<void>>
interface Props { summary: Import; onUpdate: (next: Import) => void; onDrop: () => void; commits: Commits }

export function Ready({ summary, onUpdate, onDrop, commits }: Props) {
  const toast = useToast()
  const [ask, setAsk] = useState<number | false>(false)   /* while a new look at the file runs, which may be over before the list says so */
  const one = useImport(summary, ask)
  useEffect(() => { setAsk(one.state === 'ready' ? false : ASK_MS) }, [one.state])
  const [mode, setMode] = useState<ImportMode>('both')
  const [typed, setName] = useState<string | null>(null)
  const name = typed ?? (one.source?.name || one.program || one.file.replace(/\.[a-z]+$/i, ''))
  const [tags, setTags] = useState('')
  const [country, setCountry] = useState(regionHere)
  const [columns, setColumns] = useState<(string | null)[] | null>(null)
  const [busy, setBusy] = useState(false)

  const commit = async () => {
    setBusy(true)
    try {
      const list = tags.split(',').map(tag => tag.trim()).filter(Boolean)
      onUpdate(await calls.commit(one.id, { mode, source_name: name.trim(), tags: list, ...(country && { country }), ...(columns && { columns }) }))
    } catch (error) { toast.fault(error); setBusy(false) }
  }
  /* another charset, delimiter or header makes other columns: what was chosen for the old ones is forgotten */
  const reread = async (next: ImportTable) => {
    const chosen = next.columns ?? null
    const other = 'charset' in next || 'delimiter' in next || 'has_header' in next
    if (chosen || other) setColumns(chosen)
    try { onUpdate(await calls.rescan(one.id, other ? { ...next, columns: null } : next)) } catch (error) { toast.fault(error) }
  }
  useEffect(() => {
    commits.set(one.id, commit)
    return () => { commits.delete(one.id) }
  })
  const usable = one.good
  return (
    <section className="panel file-panel" aria-label={one.file}>
      <FileHead import_={one} />
      <Will import_={one} />
      {one.preview && one.preview.length > 0 && <Preview rows={one.preview} total={one.good} />}
      {one.columns && <Columns columns={one.columns} targets={one.targets ?? []} chosen={columns} onChange={next => void reread({ columns: next })} />}
      {one.columns && <Table import_={one} onChange={next => void reread(next)} />}
      <Problems import_={one} />
      <div className="options">
        <Field label="Call this source"><input className="input" value={name} maxLength={100} onChange={event => setName(event.target.value)} /></Field>
        <Field label="Tag everyone with"><input className="input" placeholder="none" value={tags} onChange={event => setTags(event.target.value)} /></Field>
        <Field label="Numbers without a country are in"><CountrySelect value={country} onChange={setCountry} /></Field>
      </div>
      <div className="commit">
        <Segments label="What to do" value={mode} options={MODES} onChange={setMode} />
        <div className="grow" />
        <button type="button" className="btn ghost" onClick={onDrop}>Discard</button>
        <button type="button" className="btn primary" disabled={busy || usable === 0} onClick={commit}>Import {plural(usable, 'contact')}</button>
      </div>
    </section>
  )
}

function Will({ import_: one }: { import_: Import }) {
  const will = one.will ?? { create: one.good, update: 0, unchanged: 0 }
  const total = Math.max(1, will.create + will.update + will.unchanged)
  const parts: [string, number, string][] = [['new', will.create, 'create'], ['to update', will.update, 'update'], ['already the same', will.unchanged, 'same'], ['unreadable', one.bad, 'bad']]
  return (
    <div className="will">
      <dl>{parts.filter(([, count], i) => i === 0 || count > 0).map(([text, count, kind]) => <div key={kind} data-kind={kind}><dt>{text}</dt><dd className="num">{number(count)}</dd></div>)}</dl>
      {will.update + will.unchanged > 0 && <Bar share={will.create / total} label="Share of new contacts" />}
    </div>
  )
}

function Preview({ rows, total }: { rows: NonNullable<Import['preview']>; total: number }) {
  return (
    <div className="preview">
      <ul>
        {rows.map((row, i) => (
          <li key={i}><Face row={row} size="1.8rem" /><b className="clip" dir="auto">{row.name || 'No name'}</b><span className="clip muted" dir="auto">{row.company}</span><span className="clip muted">{row.email}</span><span className="clip muted num">{row.phone}</span></li>
        ))}
      </ul>
      {total > rows.length && <p className="tiny faint">and {number(total - rows.length)} more</p>}
    </div>
  )
}

const COUNTRIES = 'DE AT CH GB IE US CA FR BE NL LU ES PT IT GR CY TR PL CZ SK HU RO BG HR SI RS UA SE NO DK FI IS EE LV LT IL AE SA EG MA ZA NG KE IN PK BD LK CN HK TW JP KR SG MY TH VN ID PH AU NZ BR AR CL CO MX PE'.split(' ')
const regions = new Intl.DisplayNames(undefined, { type: 'region' })

function regionHere(): string {
  const region = new Intl.Locale(navigator.language).maximize().region ?? ''
  return COUNTRIES.includes(region) ? region : ''
}

function CountrySelect({ value, onChange }: { value: string; onChange: (code: string) => void }) {
  const sorted = COUNTRIES.map(code => [code, regions.of(code) ?? code] as const).sort((a, b) => a[1].localeCompare(b[1]))
  return (
    <select className="input" value={value} onChange={event => onChange(event.target.value)}>
      <option value="">I do not know</option>
      {sorted.map(([code, text]) => <option key={code} value={code}>{text}</option>)}
    </select>
  )
}
