/* A modal over the native <dialog>: focus trap, Escape and inertness come from the browser. */
import { useEffect, useRef, type ReactNode } from 'react'
import { IconButton } from './parts'

export function Dialog({ title, wide, onClose, footer, children }:
  { title: string; wide?: boolean; onClose: () => void; footer?: ReactNode; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    ref.current?.showModal()
    const first = ref.current?.querySelector<HTMLElement>('.body input.input, .body input[type=radio], footer .primary')
    first?.focus()
  }, [])
  return (
    <dialog ref={ref} className={wide ? 'dialog wide' : 'dialog'} aria-label={title}
      onCancel={event => { event.preventDefault(); onClose() }}
      onMouseDown={event => { if (event.target === ref.current) onClose() }}>
      <header><h2>{title}</h2><IconButton icon="close" label="Close" onClick={onClose} /></header>
      <div className="body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </dialog>
  )
}
