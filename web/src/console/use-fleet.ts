/* The fleet as it changes, while the page is in sight; what was seen last stays when the stream breaks off. */
import { useEffect, useState } from 'react'
import { url } from '../api/client'
import type { Fleet, LogLine } from '../api/fleet'

const KEPT = 300             /* five minutes */
const LOG_KEPT = 200
const STALE_MS = 3500
const AGAIN_MOST_S = 30

export interface Seen { fleet: Fleet | null; live: Fleet[]; log: LogLine[]; at: number }

/* refused: the server answered, but not with a stream; tried again, less and less often. */
export function useFleet(): Seen & { staleMs: number; refused: boolean } {
  const [seen, setSeen] = useState<Seen>({ fleet: null, live: [], log: [], at: 0 })
  const [now, setNow] = useState(Date.now)
  const [refused, setRefused] = useState(false)
  useEffect(() => {
    let stream: EventSource | undefined
    let wait = 1
    let again = 0
    const open = () => {
      again = Date.now() + 1000 * wait
      wait = Math.min(2 * wait, AGAIN_MOST_S)
      stream = new EventSource(url('/admin/events'))
      stream.onerror = () => setRefused(stream?.readyState === EventSource.CLOSED)
      stream.addEventListener('fleet', event => {
        wait = 1
        setRefused(false)
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
      else if (!stream || (stream.readyState === EventSource.CLOSED && Date.now() > again)) open()
    }
    look()
    document.addEventListener('visibilitychange', look)
    const tick = setInterval(() => { setNow(Date.now()); look() }, 1000)
    return () => { document.removeEventListener('visibilitychange', look); clearInterval(tick); stream?.close() }
  }, [])
  const silent = seen.at ? now - seen.at : 0
  return { ...seen, staleMs: silent > STALE_MS ? silent : 0, refused }
}

/* A restarted server counts its lines from 1 again. */
function merged(old: LogLine[], lines: LogLine[]): LogLine[] {
  const fresh = lines.filter(line => !old.some(known => known.number === line.number && known.at === line.at))
  return [...fresh.reverse(), ...old].slice(0, LOG_KEPT)
}
