/* One key, one action, while the component is shown.  Never while typing, never over the browser's own shortcuts. */
import { useEffect, useRef } from 'react'

export type Keys = Record<string, (event: KeyboardEvent) => void>

const typing = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !target.matches('[type=checkbox],[type=radio]'))

/* Names: "j", "Enter", "?", and "mod+k" for Ctrl or Cmd. */
export function nameOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey
  return mod ? `mod+${event.key.toLowerCase()}` : event.key
}

export function useHotkeys(keys: Keys, enabled = true) {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    if (!enabled) return
    const onKey = (event: KeyboardEvent) => {
      const name = nameOf(event)
      const action = latest.current[name]
      if (!action || event.defaultPrevented || event.altKey) return
      if (typing(event.target) && !name.startsWith('mod+') && name !== 'Escape') return
      if (document.querySelector('dialog[open]')) return      /* a dialog has the keyboard, Escape included */
      event.preventDefault()
      action(event)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [enabled])
}
