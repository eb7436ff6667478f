import { useEffect, useRef, useState } from 'react'
import { Icon } from '../ui/icon'

const HOW: [string, string][] = [
  ['iPhone, Mac', 'Contacts: choose all, Share or File > Export vCard'],
  ['Gmail', 'contacts.google.com: Export, as vCard or Google CSV'],
  ['Outlook', 'People: Manage contacts, Export contacts'],
  ['Android', 'Contacts: Settings, Export to .vcf file'],
  ['LinkedIn', 'Settings: Get a copy of your data, Connections'],
  ['Thunderbird', 'Address Book: Tools > Export, as vCard, LDIF or CSV'],
  ['Telegram', 'Desktop: Settings > Advanced > Export, Contacts, as JSON'],
  ['Monica', 'Settings: Export, as JSON'],
]

/* The whole window takes files; this is where it says so. */
export function DropZone({ onFiles, small }: { onFiles: (files: File[]) => void; small: boolean }) {
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const take = useRef(onFiles)
  take.current = onFiles
  useEffect(() => {
    const drag = (event: DragEvent) => { event.preventDefault(); setOver(event.type === 'dragover') }
    const drop = (event: DragEvent) => {
      drag(event)
      take.current([...(event.dataTransfer?.files ?? [])])
    }
    const events = [['dragover', drag], ['dragleave', drag], ['drop', drop]] as const
    for (const [name, handler] of events) window.addEventListener(name, handler)
    return () => { for (const [name, handler] of events) window.removeEventListener(name, handler) }
  }, [])
  return (
    <>
      <div className="drop" data-over={over || undefined} data-small={small || undefined}>
        <input ref={input} id="files" type="file" multiple hidden accept=".vcf,.vcard,.csv,.tsv,.json,.jcard,.xml,.ldif,.ldi,.html,.htm,.txt,.zip,text/vcard,text/csv,text/html,text/x-ldif,application/json,application/vcard+json,application/vcard+xml,application/xml,application/zip"
          onChange={event => { onFiles([...(event.target.files ?? [])]); event.target.value = '' }} />
        <span className="drop-icon"><Icon name="import" /></span>
        <div>
          <h2>{over ? 'Let go' : small ? 'Drop more files here' : 'Drop your contact files here'}</h2>
          <p className="muted small">vCard, CSV, LDIF, jCard, xCard, JSContact, or a .zip of them; several at once</p>
        </div>
        <button type="button" className="btn primary" onClick={() => input.current?.click()}>Choose files</button>
      </div>
      {!small && <dl className="how">{HOW.map(([program, way]) => <div key={program}><dt>{program}</dt><dd>{way}</dd></div>)}</dl>}
    </>
  )
}
