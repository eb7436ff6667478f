import type { CardDetail } from '../api/types'
import { Face } from '../ui/parts'
import { Icon, type IconName } from '../ui/icon'
import { nameOf, sectionsOf } from './fields'

const ACTIONS: [string, string, IconName][] = [['phones', 'Call', 'phone'], ['emails', 'Write', 'mail'], ['addresses', 'Map', 'place'], ['links', 'Visit', 'link']]

export function CardHead({ detail }: { detail: CardDetail }) {
  const sections = sectionsOf(detail.card)
  const first = (map: string) => sections.find(section => section.map === map)?.lines[0]
  const under = [first('titles')?.text, first('organizations')?.text].filter(Boolean).join(', ')
  const tags = Object.keys(detail.card.keywords ?? {})
  const actions = ACTIONS.flatMap(([map, text, icon]) => {
    const line = first(map)
    return line?.href ? [{ text, icon, href: line.href, web: /^https?:/.test(line.href) }] : []
  })
  return (
    <header className="card-head">
      <Face row={detail} size="5.25rem" />
      <div className="card-title">
        <h1 dir="auto">{nameOf(detail.card) || first('organizations')?.text || first('emails')?.text || first('phones')?.text || 'No name'}</h1>
        {under && <p className="muted" dir="auto">{under}</p>}
        {tags.length > 0 && <p className="row wrap">{tags.map(tag => <span className="chip accent" key={tag}>{tag}</span>)}</p>}
      </div>
      {actions.length > 0 && (
        <div className="quick">
          {actions.map(action => (
            <a key={action.text} className="btn small" href={action.href} {...(action.web && { target: '_blank', rel: 'noreferrer' })}><Icon name={action.icon} />{action.text}</a>
          ))}
        </div>
      )}
    </header>
  )
}
