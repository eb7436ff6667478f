/* What Kith found out: the value, the rule that says so, and the person's word on it. */
import { facts as calls } from '../api/calls'
import { useRefresh } from '../api/queries'
import type { Fact } from '../api/types'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'

const FIELD: Record<string, string> = { country: 'Country', region: 'Region', company: 'Company', seniority: 'Seniority', function: 'Function', industry: 'Industry', timezone: 'Time zone' }

export function Facts({ facts }: { facts: Fact[] }) {
  const toast = useToast()
  const refresh = useRefresh()
  const shown = facts.filter(fact => fact.state !== 'rejected')
  if (!shown.length) return null
  const say = async (fact: Fact, yes: boolean) => {
    try {
      await (yes ? calls.accept([fact.id]) : calls.reject([fact.id]))
      await refresh()
      if (!yes) toast.show('Noted; Kith will not say it again', async () => { await calls.accept([fact.id]); await refresh() })
    } catch (error) { toast.fault(error) }
  }
  return (
    <section className="panel facts" aria-label="What Kith found out">
      <h2><Icon name="spark" />Kith found out</h2>
      <ul>
        {shown.map(fact => (
          <li key={fact.id} data-state={fact.state}>
            <div className="fact-value"><span className="faint">{FIELD[fact.field] ?? fact.field}</span> <b dir="auto">{fact.label || fact.value}</b></div>
            <div className="fact-why small muted">{fact.rule_text || fact.rule} <span className="faint num nowrap">{fact.confidence} %</span></div>
            <div className="fact-say">
              {fact.state === 'accepted'
                ? <span className="chip accent"><Icon name="check" />Confirmed</span>
                : <>
                    <button type="button" className="btn small icon ghost" aria-label={`Right: ${fact.label}`} title="Right" onClick={() => say(fact, true)}><Icon name="check" /></button>
                    <button type="button" className="btn small icon ghost" aria-label={`Wrong: ${fact.label}`} title="Wrong" onClick={() => say(fact, false)}><Icon name="close" /></button>
                  </>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
