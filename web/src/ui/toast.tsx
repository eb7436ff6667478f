/* Undo instead of "are you sure?": a message at the foot of the screen with one action, gone after some seconds. */
import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react'

interface Toast { id: number; text: string; fault?: boolean; action?: { label: string; run: () => unknown } }
interface Toaster { show: (text: string, undo?: () => unknown) => void; fault: (error: unknown) => void }

const SHOWN_MS = 8000
const ToastContext = createContext<Toaster>({ show: () => {}, fault: () => {} })
export const useToast = () => useContext(ToastContext)

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([])
  const next = useRef(1)
  const drop = useCallback((id: number) => setToasts(list => list.filter(toast => toast.id !== id)), [])
  const add = useCallback((toast: Omit<Toast, 'id'>) => {
    const id = next.current++
    setToasts(list => [...list.slice(-2), { ...toast, id }])
    setTimeout(() => drop(id), SHOWN_MS)
  }, [drop])
  const toaster = useMemo<Toaster>(() => ({
    show: (text, undo) => add({ text, ...(undo && { action: { label: 'Undo', run: undo } }) }),
    fault: error => add({ text: error instanceof Error ? error.message : String(error), fault: true }),
  }), [add])

  const act = async (toast: Toast) => {
    drop(toast.id)
    try { await toast.action?.run() } catch (error) { toaster.fault(error) }
  }
  return (
    <ToastContext value={toaster}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(toast => (
          <div key={toast.id} className={toast.fault ? 'toast fault-toast' : 'toast'}>
            <span>{toast.text}</span>
            {toast.action && <button type="button" onClick={() => act(toast)}>{toast.action.label}</button>}
          </div>
        ))}
      </div>
    </ToastContext>
  )
}
