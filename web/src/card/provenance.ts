/* Which source says a value: found by looking for it in the verbatim originals each source gave us. */
import type { CardSource, Original } from '../api/types'

export interface Provenance { of: (text: string) => string[] }

export function provenance(originals: Original[], sources: CardSource[]): Provenance {
  const books = originals.map(original => ({ name: nameOf(original.source, sources), text: readable(original.text) }))
    .map(book => ({ ...book, digits: book.text.replace(/\D+/g, '') }))
  return {
    of: text => {
      const wanted = squeeze(text)
      const digits = /^[\d\s()+./-]{5,}$/.test(text) ? text.replace(/\D/g, '').replace(/^0+/, '') : ''
      const says = books.filter(book => (wanted && book.text.includes(wanted)) || (digits && book.digits.includes(digits)))
      return [...new Set(says.map(book => book.name))]
    },
  }
}

const nameOf = (source: string, sources: CardSource[]) =>
  sources.find(one => one.source === source || one.name === source)?.name ?? source

const squeeze = (text: string) => text.toLowerCase().replace(/[\s,;\\]+/g, '')

/* vCard lines unfolded, quoted-printable decoded, escapes and spaces gone. */
function readable(text: string): string {
  const unfolded = text.replace(/=\r?\n/g, '').replace(/\r?\n[ \t]/g, '')
  const decoded = /QUOTED-PRINTABLE/i.test(text) ? quoted(unfolded) : unfolded
  return squeeze(decoded)
}

function quoted(text: string): string {
  return text.replace(/(?:=[0-9A-F]{2})+/gi, run => {
    const bytes = Uint8Array.from(run.slice(1).split('='), hex => parseInt(hex, 16))
    return new TextDecoder().decode(bytes)
  })
}
