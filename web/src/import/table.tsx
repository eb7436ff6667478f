/* How a CSV file is read, where its bytes do not say it: charset, delimiter, order of dates, header or none. */
import type { Import, ImportTable } from '../api/types'
import { Field } from '../ui/parts'

const CHARSETS = ['utf-8', 'windows-1252', 'windows-1250', 'windows-1251', 'windows-1253', 'windows-1254', 'iso-8859-1', 'iso-8859-2', 'iso-8859-15', 'koi8-r']
const DELIMITERS: [string, string][] = [[',', 'Comma'], [';', 'Semicolon'], ['tab', 'Tab'], ['|', 'Bar']]
const ORDERS: [string, string][] = [['', 'As the dates show'], ['dmy', 'Day, month, year'], ['mdy', 'Month, day, year'], ['ymd', 'Year, month, day']]

export function Table({ import_: one, onChange }: { import_: Import; onChange: (next: ImportTable) => void }) {
  const encoding = (one.encoding ?? '').toLowerCase()
  const order = one.columns?.find(column => column.date_order)?.date_order ?? ''
  const delimiter = one.delimiter ?? ','
  const known = DELIMITERS.some(([value]) => value === delimiter)
  return (
    <div className="options table-options">
      <Field label="Written in">
        <select className="input" value={encoding} onChange={event => onChange({ charset: event.target.value })}>
          {[...new Set([encoding, ...CHARSETS])].filter(Boolean).map(name => <option key={name} value={name}>{name}</option>)}
        </select>
      </Field>
      <Field label="Between columns">
        <select className="input" value={delimiter} onChange={event => onChange({ delimiter: event.target.value })}>
          {!known && <option value={delimiter}>{delimiter}</option>}
          {DELIMITERS.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
        </select>
      </Field>
      <Field label="Dates like 05/04/1980 are">
        <select className="input" value={order} onChange={event => onChange({ date_order: event.target.value })}>
          {ORDERS.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
        </select>
      </Field>
      <Field label="The first line is">
        <select className="input" value={one.has_header === false ? 'no' : 'yes'} onChange={event => onChange({ has_header: event.target.value === 'yes' })}>
          <option value="yes">Names of columns</option>
          <option value="no">A contact</option>
        </select>
      </Field>
    </div>
  )
}
