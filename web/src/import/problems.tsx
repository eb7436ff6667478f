/* Per-card problems with the line they stand on. */
import type { Import } from '../api/types'
import { number, plural } from '../lib/format'
import { Icon } from '../ui/icon'

const OPEN_UP_TO = 3

export function Problems({ import_: one }: { import_: Import }) {
  if (!one.errors?.length) return null
  const whole = one.errors.some(error => !error.card)   /* about columns, before any card */
  return (
    <details className="problems" open={one.errors.length <= OPEN_UP_TO}>
      <summary><Icon name="warning" />{plural(one.errors_total || one.errors.length, 'note')}{whole ? ' to look at before you import' : ' about single cards; everything else is fine'}</summary>
      <ul>
        {one.errors.map((error, i) => (
          <li key={i} data-severity={error.severity}>
            <span className="num nowrap faint">Line {number(error.line)}</span>
            <span><b dir="auto">{error.name || (error.card ? `Card ${number(error.card)}` : 'The table:')}</b> {error.message}</span>
          </li>
        ))}
      </ul>
      {one.errors_total > one.errors.length && <p className="tiny faint">and {number(one.errors_total - one.errors.length)} more</p>}
    </details>
  )
}
