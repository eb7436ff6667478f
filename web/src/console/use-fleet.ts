/* The fleet as it changes, while the page is in sight; what was seen last stays when the stream breaks off. */
import { useEffect, useState } from 'react'
import { url } from '../api/client'
import type { Fleet, LogLine } from '../api/fleet'

const KEPT = 300             /* five minutes */
const LOG_KEPT = 200
const STALE_MS = 3500

export interface Seen { fleet: Fleet | null; live: Fleet[]; log: LogLine[]; at: number }

export function useFleet(): Seen & { staleMs: number } {
  const [seen, setSeen] = useState<Seen>({ fleet: null, live: [], log: [], at: 0 })
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    let stream: EventSource | undefined
    const open = () => {
      stream = new EventSource(url('/admin/events'))
      stream.addEventListener('fleet', event => {
        const fleet = JSON.parse(event.data) as Fleet
        setSeen(old => ({ ...old, fleet, at: Date.now(), live: [...old.live.slice(1 - KEPT), fleet] }))
      })
      stream.addEventListener('log', event => {
        const lines = JSON.parse(event.data) as LogLine[]
        setSeen(old => ({ ...old, log: merged(old.log, lines) }))
      })
    }
    const look = () => {
      if (document.hidden) { stream?.close(); stream = undefined }
      else if (!stream || stream.readyState === EventSource.CLOSED) open()
    }
    look()
    document.addEventListener('visibilitychange', look)
    const tick = setInterval(() => { setNow(Date.now()); look() }, 1000)
    return () => { document.removeEventListener('visibilitychange', look); clearInterval(tick); stream?.close() }
  }, [])
  const silent = seen.at ? now - seen.at : 0
  return { ...seen, staleMs: silent > STALE_MS ? silent : 0 }
}

/* A restarted server counts its lines from 1 again. */
function merged(old: LogLine[], lines: LogLine[]): LogLine[] {
  const fresh = lines.filter(line => !old.some(known => known.number === line.number && known.at === line.at))
  return [...fresh.reverse(), ...old].slice(0, LOG_KEPT)
}
