import { bytes } from '../lib/format'
import { Icon } from '../ui/icon'
import { Bar, IconButton } from '../ui/parts'

export interface Upload { key: string; name: string; bytes: number; share: number; fault?: string }

export function Uploading({ upload, onClose }: { upload: Upload; onClose: () => void }) {
  return (
    <section className="panel file-panel">
      <div className="file-head">
        <Icon name="file" />
        <div className="grow"><h2 className="clip">{upload.name}</h2><p className="small muted num">{upload.fault ? 'Not uploaded' : `Uploading, ${bytes(upload.bytes * upload.share)} of ${bytes(upload.bytes)}`}</p></div>
        {upload.fault && <IconButton icon="close" label="Dismiss" onClick={onClose} />}
      </div>
      {upload.fault ? <p className="fault" role="alert">{upload.fault}</p> : <Bar share={upload.share} label={`Uploading ${upload.name}`} />}
    </section>
  )
}
