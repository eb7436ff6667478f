/* The fields of a draft.  Knows nothing of saving. */
import { useId } from 'react'
import { Face, Field, IconButton } from '../ui/parts'
import { Icon } from '../ui/icon'
import { Menu } from '../ui/menu'
import { ADDRESS_PARTS, EDITED, emptyEntry, NAME_PARTS, type Draft, type DraftEntry, type EditedMap } from './draft'
import { suggestions } from './labels'
import { PhotoButton } from './photo'

type Row = { photo?: string | null; initials?: string; hue?: number }
interface Props { draft: Draft; onChange: (draft: Draft) => void; row: Row }

export function CardForm({ draft, onChange, row }: Props) {
  const setMap = (map: EditedMap, entries: DraftEntry[]) => onChange({ ...draft, maps: { ...draft.maps, [map]: entries } })
  const add = (map: EditedMap) => setMap(map, [...draft.maps[map], emptyEntry(map, draft.maps[map].map(entry => entry.id))])
  const absent = EDITED.filter(({ map }) => draft.maps[map].length === 0)
  return (
    <div className="stack">
      <div className="row">
        <Face row={{ ...row, ...(draft.photo && { photo: draft.photo }) }} size="4rem" key={draft.photo} />
        <PhotoButton onPhoto={photo => onChange({ ...draft, photo })} />
      </div>
      <fieldset className="panel form-name">
        <legend className="sr">Name</legend>
        {NAME_PARTS.map(([kind, text]) => (
          <Field key={kind} label={text}>
            <input className="input" dir="auto" value={draft.name[kind]} onChange={event => onChange({ ...draft, name: { ...draft.name, [kind]: event.target.value } })} />
          </Field>
        ))}
        <Field label="Shown as"><input className="input" dir="auto" value={draft.full} onChange={event => onChange({ ...draft, full: event.target.value })} /></Field>
      </fieldset>
      {EDITED.filter(({ map }) => draft.maps[map].length > 0).map(({ map, title, member, labelled }) => (
        <fieldset className="panel form-map" key={map}>
          <legend className="sr">{title}</legend>
          <div className="spread"><h3>{title}</h3><IconButton icon="plus" className="small" label={`Add ${title.toLowerCase()}`} onClick={() => add(map)} /></div>
          {draft.maps[map].map((entry, i) => (
            <EntryInputs key={entry.id} map={map} title={title} member={member} labelled={labelled} entry={entry}
              onChange={next => setMap(map, draft.maps[map].map((one, at) => (at === i ? next : one)))}
              onRemove={() => setMap(map, draft.maps[map].filter((_, at) => at !== i))} />
          ))}
        </fieldset>
      ))}
      <Field label="Tags" hint="Separated by commas">
        <input className="input" defaultValue={draft.tags.join(', ')} onChange={event => onChange({ ...draft, tags: [...new Set(event.target.value.split(',').map(tag => tag.trim()).filter(Boolean))] })} />
      </Field>
      {absent.length > 0 && (
        <Menu label="Add a field" left className="btn" button={<><Icon name="plus" />Add a field</>}>
          {close => absent.map(({ map, title }) => <button key={map} type="button" onClick={() => { add(map); close() }}>{title}</button>)}
        </Menu>
      )}
    </div>
  )
}

interface EntryProps { map: EditedMap; title: string; member: string; labelled: boolean; entry: DraftEntry; onChange: (entry: DraftEntry) => void; onRemove: () => void }

function EntryInputs({ map, title, member, labelled, entry, onChange, onRemove }: EntryProps) {
  const list = useId()
  const set = (value: string) => onChange({ ...entry, value })
  const type = map === 'emails' ? 'email' : map === 'phones' ? 'tel' : 'text'
  return (
    <div className={labelled ? 'entry labelled' : 'entry'}>
      {labelled && (
        <>
          <input className="input entry-label" aria-label={`${title}: kind`} placeholder="Kind" list={list} value={entry.label} onChange={event => onChange({ ...entry, label: event.target.value })} />
          <datalist id={list}>{suggestions(map).map(text => <option key={text} value={text} />)}</datalist>
        </>
      )}
      {!member
        ? <div className="entry-address">{ADDRESS_PARTS.map(([part, text]) => (
            <input key={part} className={`input part-${part}`} dir="auto" aria-label={text} placeholder={text} value={entry.parts[part] ?? ''} onChange={event => onChange({ ...entry, parts: { ...entry.parts, [part]: event.target.value } })} />
          ))}</div>
        : map === 'notes'
          ? <textarea className="input" aria-label={title} dir="auto" value={entry.value} onChange={event => set(event.target.value)} />
          : <input className="input" type={type === 'email' ? 'text' : type} inputMode={type === 'email' ? 'email' : undefined} aria-label={title} dir="auto" value={entry.value}
              {...(member === 'date' && { placeholder: '1980-05-17 or --05-17' })} onChange={event => set(event.target.value)} />}
      <IconButton icon="close" className="small" label={`Remove ${title.toLowerCase()}`} onClick={onRemove} />
    </div>
  )
}
