/* The small parts every screen is made of. */
import { useState, type CSSProperties, type ReactNode } from 'react'
import { Icon, type IconName } from './icon'

export function Face({ row, size }: { row: { photo?: string | null; initials?: string; hue?: number; name?: string }; size?: string }) {
  const [broken, setBroken] = useState(false)
  const style = { '--hue': row.hue ?? 160, ...(size && { '--size': size }) } as CSSProperties
  return (
    <span className="face" style={style} aria-hidden="true">
      {row.photo && !broken
        ? <img src={row.photo} alt="" loading="lazy" onError={() => setBroken(true)} />
        : row.initials || '·'}
    </span>
  )
}

/* share 0..1, or null while the end is unknown */
export function Bar({ share, label }: { share: number | null; label: string }) {
  const known = share !== null
  return (
    <div className={known ? 'bar' : 'bar wait'} role="progressbar" aria-label={label}
      aria-valuemin={0} aria-valuemax={100} {...(known && { 'aria-valuenow': Math.round(share * 100) })}>
      <span style={known ? { transform: `scaleX(${Math.min(1, share)})` } : {}} />
    </div>
  )
}

export function Bone({ width, height = '.8rem' }: { width: string; height?: string }) {
  return <span className="bone" style={{ width, height }} />
}

export function Field({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return <label className="field"><span>{label}</span>{children}{hint && <span className="hint">{hint}</span>}</label>
}

export function Segments<T extends string>({ label, value, options, onChange }:
  { label: string; value: T; options: [T, string][]; onChange: (value: T) => void }) {
  return (
    <div className="segments" role="radiogroup" aria-label={label}>
      {options.map(([key, text]) => (
        <button key={key} type="button" role="radio" aria-checked={key === value} onClick={() => onChange(key)}>{text}</button>
      ))}
    </div>
  )
}

export function IconButton({ icon, label, onClick, className = '', keys }:
  { icon: IconName; label: string; onClick: () => void; className?: string; keys?: string }) {
  return (
    <button type="button" className={`btn icon ghost ${className}`} aria-label={label} title={keys ? `${label} (${keys})` : label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  )
}

export function Empty({ art, title, children, action }: { art?: ReactNode; title: string; children?: ReactNode; action?: ReactNode }) {
  return <div className="empty">{art}<h2>{title}</h2>{children && <p>{children}</p>}{action}</div>
}

export function Fault({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className="fault spread" role="alert">
      <span>{error instanceof Error ? error.message : 'Something went wrong.'}</span>
      {retry && <button type="button" className="btn small" onClick={retry}>Try again</button>}
    </div>
  )
}
