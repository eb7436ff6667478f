/* What can be done with the ticked rows. */
import { useState } from 'react'
import { account, cards as calls } from '../api/calls'
import { useRefresh, useTags } from '../api/queries'
import { plural } from '../lib/format'
import { Icon } from '../ui/icon'
import { Menu } from '../ui/menu'
import { useToast } from '../ui/toast'
import type { Selection } from './selection'

export function BulkBar({ selection, inTrash, onMerge }: { selection: Selection; inTrash: boolean; onMerge: () => void }) {
  const toast = useToast()
  const refresh = useRefresh()
  const ids = [...selection.ids]

  const act = async (action: 'delete' | 'restore' | 'tag' | 'untag', done: string, tag?: string) => {
    try {
      const answer = await calls.bulk(ids, action, tag)
      selection.clear()
      await refresh()
      toast.show(`${plural(answer.changed, 'contact')} ${done}`, async () => { await account.undo(answer.batch); await refresh() })
    } catch (error) { toast.fault(error) }
  }
  return (
    <div className="bulk" role="toolbar" aria-label="Selected contacts">
      <b className="num nowrap">{plural(ids.length, 'contact')}</b>
      <div className="grow" />
      {inTrash
        ? <button type="button" className="btn small" onClick={() => act('restore', 'restored')}><Icon name="undo" />Restore</button>
        : <>
            <TagMenu onTag={tag => act('tag', `tagged “${tag}”`, tag)} onUntag={tag => act('untag', `no longer tagged “${tag}”`, tag)} />
            <button type="button" className="btn small" disabled={ids.length !== 2} onClick={onMerge} title="Merge two selected (m)"><Icon name="twins" />Merge</button>
            <button type="button" className="btn small danger" onClick={() => act('delete', 'moved to the trash')} title="Delete (#)"><Icon name="trash" />Delete</button>
          </>}
      <button type="button" className="btn small ghost" onClick={selection.clear}>Clear</button>
    </div>
  )
}

function TagMenu({ onTag, onUntag }: { onTag: (tag: string) => void; onUntag: (tag: string) => void }) {
  const known = useTags().data?.items ?? []
  const [text, setText] = useState('')
  return (
    <Menu label="Tags" className="btn small" button={<><Icon name="tag" />Tag</>}>
      {close => (
        <>
          <form onSubmit={event => { event.preventDefault(); if (text.trim()) { onTag(text.trim()); close() } }}>
            <input className="input small" placeholder="New tag, then Enter" aria-label="New tag" value={text} maxLength={100} onChange={event => setText(event.target.value)} />
          </form>
          {known.slice(0, 12).map(({ tag }) => (
            <span className="tag-line" key={tag}>
              <button type="button" onClick={() => { onTag(tag); close() }}><Icon name="plus" /><span className="clip">{tag}</span></button>
              <button type="button" aria-label={`Remove tag ${tag}`} title="Remove this tag" onClick={() => { onUntag(tag); close() }}><Icon name="close" /></button>
            </span>
          ))}
        </>
      )}
    </Menu>
  )
}
