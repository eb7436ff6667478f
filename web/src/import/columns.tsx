/* CSV: which column is what, recognised where possible, chosen where not. */
import type { Import } from '../api/types'

interface Props { columns: NonNullable<Import['columns']>; targets: string[]; chosen: (string | null)[] | null; onChange: (next: (string | null)[]) => void }

const worded = (target: string) => {
  const text = target.replace(/[/_#-]/g, ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export function Columns({ columns, targets, chosen, onChange }: Props) {
  const now = chosen ?? columns.map(column => column.target)
  const open = now.filter(target => target === null).length
  return (
    <details className="columns" open={open > 0 && !chosen}>
      <summary>Columns: {columns.length - open} of {columns.length} recognised</summary>
      <table>
        <thead><tr><th>Column</th><th>For example</th><th>Becomes</th></tr></thead>
        <tbody>
          {columns.map((column, i) => (
            <tr key={i}>
              <th scope="row">{column.column}</th>
              <td className="muted">{column.sample.filter(Boolean).slice(0, 2).join(', ')}</td>
              <td>
                <select className="input small" aria-label={`Column ${column.column} becomes`} value={now[i] ?? ''} onChange={event => onChange(now.map((old, at) => (at === i ? event.target.value || null : old)))}>
                  <option value="">Kept as it is</option>
                  {[...new Set([...targets, ...(now[i] ? [now[i]] : [])])].map(target => <option key={target} value={target}>{worded(target)}</option>)}
                </select>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
