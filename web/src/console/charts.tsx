/* Small multiples: one number, one line, the same scale of time for all. */
import { path, type Point } from './series'
import { rounded } from './words'

export interface Tile { name: string; unit?: string; value: string; note?: string; points: Point[]; say?: (value: number) => string; bad?: boolean }

export function Tiles({ tiles, from, to, gap }: { tiles: Tile[]; from: number; to: number; gap: number }) {
  return (
    <ul className="tiles">
      {tiles.map(tile => <li key={tile.name} className={tile.bad ? 'tile bad' : 'tile'}><TileView tile={tile} from={from} to={to} gap={gap} /></li>)}
    </ul>
  )
}

function TileView({ tile, from, to, gap }: { tile: Tile; from: number; to: number; gap: number }) {
  const points = tile.points.filter(point => point.at >= from)
  const top = points.reduce((most, point) => Math.max(most, point.value), 0)
  const say = tile.say ?? rounded
  const line = path(points, from, to, top, gap)
  return (
    <>
      <h3>{tile.name}</h3>
      <p className="tile-value"><b className="num">{tile.value}</b>{tile.unit && <span> {tile.unit}</span>}</p>
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label={`${[tile.name, 'now', tile.value, tile.unit].filter(Boolean).join(' ')}; peak ${say(top)}`}>
        {line && <path className="line" d={line} vectorEffect="non-scaling-stroke" />}
      </svg>
      <p className="tiny faint spread"><span>{tile.note ?? ''}</span><span className="num" title="most in the time shown">↑ {say(top)}</span></p>
    </>
  )
}
