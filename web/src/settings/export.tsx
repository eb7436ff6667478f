import { useState } from 'react'
import { exportUrl } from '../api/calls'
import { useTags } from '../api/queries'
import { Field } from '../ui/parts'
import { Icon } from '../ui/icon'

const FORMATS: [string, string, string][] = [
  ['vcard4', 'vCard 4.0', 'The fullest form; most programs read it'],
  ['vcard3', 'vCard 3.0', 'For iPhone, Google and older programs'],
  ['jscontact', 'JSContact', 'JSON after RFC 9553, as Kith keeps it'],
  ['csv', 'CSV', 'For spreadsheets'],
]

export function ExportPart() {
  const tags = useTags().data?.items ?? []
  const [tag, setTag] = useState('')
  return (
    <>
      <section className="panel stack">
        <div className="spread wrap">
          <div><h2>Everything</h2><p className="small muted">One .zip: all formats, the untouched originals, photos and a list of contents.</p></div>
          <a className="btn primary" href={exportUrl('zip')} download><Icon name="export" />Download .zip</a>
        </div>
      </section>
      <section className="panel stack">
        <div className="spread wrap">
          <h2>One format</h2>
          {tags.length > 0 && <Field label="Only those tagged"><select className="input small" value={tag} onChange={event => setTag(event.target.value)}><option value="">Everyone</option>{tags.map(one => <option key={one.tag}>{one.tag}</option>)}</select></Field>}
        </div>
        <ul className="formats">
          {FORMATS.map(([format, name, text]) => (
            <li key={format}><div className="grow"><b>{name}</b><p className="small muted">{text}</p></div><a className="btn small" href={exportUrl(format, { tag })} download aria-label={`Download ${name}`}><Icon name="export" />Download</a></li>
          ))}
          <li><div className="grow"><b>The originals</b><p className="small muted">Each card byte for byte as it came</p></div><a className="btn small" href={exportUrl('vcard3', { tag, original: true })} download aria-label="Download the originals"><Icon name="export" />Download</a></li>
        </ul>
      </section>
    </>
  )
}
