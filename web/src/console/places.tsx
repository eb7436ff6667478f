/* Where it runs and what it leans on: answers by class, hosts, the database, services outside, the bill. */
import type { ReactNode } from 'react'
import type { Fleet } from '../api/fleet'
import { ago, momentOf, number } from '../lib/format'
import { age, memory, money, share, took } from './words'

function Panel({ id, title, note, children }: { id: string; title: string; note?: string; children: ReactNode }) {
  return (
    <section className="panel" aria-labelledby={`${id}-head`}>
      <h2 id={`${id}-head`}>{title}</h2>
      {note && <p className="small muted">{note}</p>}
      <div className="table" tabIndex={0} role="region" aria-label={title}>{children}</div>
    </section>
  )
}

const CLASSES: Record<string, string> = { site: 'Pages', read: 'Reading', write: 'Changing', login: 'Signing in', bulk: 'Imports, exports' }

export function Answers({ fleet }: { fleet: Fleet }) {
  return (
    <Panel id="answers" title="Answers" note="In the last minute">
      <table>
        <thead><tr><th scope="col">What</th><th scope="col">A minute</th><th scope="col">Half within</th><th scope="col">99 of 100 within</th></tr></thead>
        <tbody>{fleet.classes.map(one => (
          <tr key={one.class}><th scope="row">{CLASSES[one.class]}</th><td className="num">{number(one.minute)}</td><td className="num">{took(one.p50_us)}</td><td className="num">{took(one.p99_us)}</td></tr>
        ))}</tbody>
      </table>
    </Panel>
  )
}

export function Hosts({ fleet }: { fleet: Fleet }) {
  return (
    <Panel id="hosts" title="Hosts">
      <table>
        <thead><tr><th scope="col">Host</th><th scope="col">CPU</th><th scope="col">Load</th><th scope="col">Memory</th><th scope="col">Disk free</th><th scope="col">Kith</th><th scope="col">Workers</th></tr></thead>
        <tbody>{fleet.hosts.map(host => (
          <tr key={host.host}>
            <th scope="row">{host.host}{!host.here && <span className="faint"> {ago(host.at)}</span>}</th>
            <td className="num">{share(host.cpu_permille)}<span className="faint"> of {host.cores}</span></td>
            <td className="num">{(host.load_milli / 1000).toFixed(2)}</td>
            <td className="num">{memory(host.memory_used)}<span className="faint"> of {memory(host.memory)}</span></td>
            <td className="num">{memory(host.disk_free)}<span className="faint"> of {memory(host.disk)}</span></td>
            <td className="num">{host.kith_memory ? memory(host.kith_memory) : '–'}</td>
            <td className="num">{number(host.workers)}</td>
          </tr>
        ))}</tbody>
      </table>
    </Panel>
  )
}

export function Database({ fleet: { database, rows_at } }: { fleet: Fleet }) {
  return (
    <section className="panel" aria-labelledby="db-head">
      <h2 id="db-head">Database</h2>
      <dl className="facts-list">
        <div><dt>Kind</dt><dd>{database.kind === 'postgresql' ? 'PostgreSQL' : 'SQLite'}</dd></div>
        <div><dt>Answers</dt><dd className="num">{database.answers ? `within ${took(database.ping_us)}` : <span className="chip danger">silent since {momentOf(database.silent_since ?? rows_at ?? '')}</span>}</dd></div>
        <div><dt>Size</dt><dd className="num">{memory(database.bytes)}</dd></div>
        <div><dt>Connections</dt><dd className="num">{number(database.connections)}</dd></div>
        {database.replicas.map(replica => <div key={replica.name}><dt>Replica {replica.name}</dt><dd className="num"><span className={replica.state === 'sync' || replica.state === 'quorum' ? 'chip accent' : 'chip warn'}>{replica.state}</span> {memory(replica.lag_bytes)} behind</dd></div>)}
      </dl>
    </section>
  )
}

export function Services({ fleet }: { fleet: Fleet }) {
  if (!fleet.services.length) return null
  return (
    <Panel id="services" title="Services outside">
      <table>
        <thead><tr><th scope="col">Service</th><th scope="col">Used</th><th scope="col">This hour</th><th scope="col">State</th></tr></thead>
        <tbody>{fleet.services.map(service => (
          <tr key={service.service}>
            <th scope="row">{service.service}</th>
            <td className="num">{number(service.used)}{service.limit > 0 && <span className="faint"> of {number(service.limit)} each {age(service.window_ms)}</span>}</td>
            <td className="num">{number(service.hour)}</td>
            <td>{service.closed_until ? <span className="chip warn" title={service.closed_why}>closed for {age(Date.parse(service.closed_until) - Date.parse(fleet.at))}</span> : <span className="faint">open</span>}</td>
          </tr>
        ))}</tbody>
      </table>
    </Panel>
  )
}

export function Cost({ fleet: { cost } }: { fleet: Fleet }) {
  return (
    <section className="panel" aria-labelledby="cost-head">
      <h2 id="cost-head">Cost</h2>
      {cost.core_hour_micro || cost.hour_micro
        ? <dl className="facts-list">
            <div><dt>An hour, as now</dt><dd className="num">{money(cost.hour_micro, cost.currency)}</dd></div>
            <div><dt>Today, if it stays so</dt><dd className="num">{money(cost.day_micro, cost.currency)}</dd></div>
          </dl>
        : <p className="small muted">Nobody has said what a core costs. <code>kith scale price core_hour=0.04</code> does.</p>}
    </section>
  )
}
