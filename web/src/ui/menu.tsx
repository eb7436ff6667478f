/* A button that opens a list of actions; arrows move, Escape and a click outside close. */
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'

export function Menu({ label, button, className = 'btn', left, children }:
  { label: string; button: ReactNode; className?: string; left?: boolean; children: (close: () => void) => ReactNode }) {
  const [open, setOpen] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (!open) return
    const outside = (event: PointerEvent) => { if (!box.current?.contains(event.target as Node)) setOpen(false) }
    document.addEventListener('pointerdown', outside)
    box.current?.querySelector<HTMLElement>('.menu button, .menu a, .menu input')?.focus()
    return () => document.removeEventListener('pointerdown', outside)
  }, [open])

  const onKeyDown = (event: KeyboardEvent) => {
    if (!open) return
    event.stopPropagation()
    if (event.key === 'Escape') {
      event.preventDefault()
      setOpen(false)
      box.current?.querySelector<HTMLElement>('button')?.focus()
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const items = [...box.current!.querySelectorAll<HTMLElement>('.menu button, .menu a')]
    const at = items.indexOf(document.activeElement as HTMLElement)
    items[(at + (event.key === 'ArrowDown' ? 1 : items.length - 1)) % items.length]?.focus()
  }
  return (
    <div className="menu-anchor" ref={box} onKeyDown={onKeyDown}>
      <button type="button" className={className} aria-label={label} title={label} aria-haspopup="true" aria-expanded={open} onClick={() => setOpen(!open)}>{button}</button>
      {open && <div className={left ? 'menu left' : 'menu'}>{children(() => setOpen(false))}</div>}
    </div>
  )
}
