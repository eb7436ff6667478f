/* How a CSV file is read, where its bytes do not say it: charset, delimiter, order of dates, header or none. */
import type { Import, ImportTable } from '../api/types'
import { Field } from '../ui/parts'

const CHARSETS: [string, string[]][] = [
  ['Unicode', ['utf-8', 'utf-16le', 'utf-16be']],
  ['Western Europe', ['windows-1252', 'iso-8859-1', 'iso-8859-15', 'macintosh', 'ibm850']],
  ['Central Europe', ['windows-1250', 'iso-8859-2', 'ibm852']],
  ['Baltic', ['windows-1257', 'iso-8859-13']],
  ['Greek', ['windows-1253', 'iso-8859-7']],
  ['Turkish', ['windows-1254', 'iso-8859-9']],
  ['Cyrillic', ['windows-1251', 'koi8-r', 'koi8-u', 'iso-8859-5', 'ibm866']],
  ['Hebrew, Arabic', ['windows-1255', 'iso-8859-8', 'windows-1256', 'iso-8859-6']],
  ['Chinese', ['gb18030', 'big5']],
  ['Japanese', ['shift_jis', 'euc-jp', 'iso-2022-jp']],
  ['Korean', ['euc-kr']],
  ['Thai, Vietnamese', ['windows-874', 'windows-1258']],
]
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
          {encoding && !CHARSETS.some(([, names]) => names.includes(encoding)) && <option value={encoding}>{encoding}</option>}
          {CHARSETS.map(([of, names]) => (
            <optgroup key={of} label={of}>{names.map(name => <option key={name} value={name}>{name}</option>)}</optgroup>
          ))}
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
