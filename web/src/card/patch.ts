/* Applying a PatchObject (RFC 8620 section 5.3) to a card here, to show what the person's own version looks like. */
import type { Card, Patch } from '../api/types'

type Tree = Record<string, unknown>
const stepsOf = (pointer: string) => pointer.split('/').map(step => step.replace(/~1/g, '/').replace(/~0/g, '~'))

export function atPointer(card: Card, pointer: string): unknown {
  return stepsOf(pointer).reduce<unknown>((node, step) => (node && typeof node === 'object' ? (node as Tree)[step] : undefined), card)
}

export function setPointer(card: Card, pointer: string, value: unknown): Card {
  const copy = structuredClone(card)
  const steps = stepsOf(pointer)
  const last = steps.pop()!
  let node: Tree = copy
  for (const step of steps) node = (node[step] ??= {}) as Tree
  if (value === null || value === undefined) delete node[last]
  else node[last] = value
  return copy
}

export function applyPatch(card: Card, patch: Patch): Card {
  return Object.entries(patch).reduce((result, [pointer, value]) => setPointer(result, pointer, value), card)
}
