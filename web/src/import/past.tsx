import { imports as calls } from '../api/calls'
import { url } from '../api/client'
import type { Import } from '../api/types'
import { ago, number } from '../lib/format'
import { Menu } from '../ui/menu'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'

export function Past({ imports, onUpdate }: { imports: Import[]; onUpdate: (next: Import) => void }) {
  const toast = useToast()
  const undo = async (id: string) => {
    try { onUpdate(await calls.undo(id)) } catch (error) { toast.fault(error) }
  }
  return (
    <section className="past">
      <h2>Earlier</h2>
      <ul className="panel">
        {imports.map(one => (
          <li key={one.id}>
            <Icon name="file" />
            <span className="grow clip"><b>{one.source?.name || one.file}</b> {one.source && one.source.name !== one.file && <span className="faint small">{one.file}</span>}</span>
            <span className="small muted num nowrap">{one.state === 'undone' ? 'taken back' : one.state === 'failed' ? 'failed' : `${number(one.created)} added`}</span>
            <span className="small faint nowrap past-when">{ago(one.finished_at ?? one.created_at)}</span>
            <Menu label={`More about ${one.file}`} className="btn small icon ghost" button={<Icon name="more" />}>
              {close => (
                <>
                  {one.state === 'done' && <button type="button" onClick={() => { close(); void undo(one.id) }}><Icon name="undo" />Undo this import</button>}
                  <a href={url(`/imports/${one.id}/file`)} download={one.file}><Icon name="export" />Download the file</a>
                </>
              )}
            </Menu>
          </li>
        ))}
      </ul>
    </section>
  )
}
