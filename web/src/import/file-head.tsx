import type { ReactNode } from 'react'
import type { Import } from '../api/types'
import { bytes } from '../lib/format'
import { Icon } from '../ui/icon'

const FORMATS: Record<string, string> = {
  vcard: 'vCard', csv: 'CSV', jscontact: 'JSContact', zip: 'Zip', ldif: 'LDIF', jcard: 'jCard', xcard: 'xCard', hcard: 'web page with hCard',
  monica: 'Monica export', telegram: 'Telegram export',
}

export function FileHead({ import_: one, children }: { import_: Import; children?: ReactNode }) {
  const format = one.format && (FORMATS[one.format] ?? one.format)
  const facts = [format?.startsWith(one.program || '-') ? '' : one.program, format, one.encoding, bytes(one.bytes)].filter(Boolean)
  return (
    <div className="file-head">
      <Icon name="file" />
      <div className="grow"><h2 className="clip">{one.file}</h2><p className="small muted">{facts.join(' · ')}</p></div>
      {children}
    </div>
  )
}
