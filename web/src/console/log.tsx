import type { LogLine } from '../api/fleet'
import { ago } from '../lib/format'

export function LogTail({ log }: { log: LogLine[] }) {
  return (
    <section className="panel" aria-labelledby="log-head">
      <h2 id="log-head">Warnings and errors</h2>
      {log.length === 0 && <p className="small muted">None on this host since it started.</p>}
      {log.length > 0 && (
        <ol className="log" tabIndex={0} aria-label="Warnings and errors, newest first">
          {log.map(line => (
            <li key={`${line.at} ${line.number}`} className={line.level}>
              <time dateTime={line.at ?? ''} title={line.at ?? ''}>{line.at ? ago(line.at) : ''}</time>
              <b>{line.event}</b> <span>{line.text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )
}
