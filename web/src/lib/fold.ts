/* The same letters for the eye: case and accents folded, as the server's search does.  Used only to show why a row matched. */
export const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/ß/g, 'ss')

export interface Piece { text: string; hit: boolean }

/* Cuts text into pieces; hit where a word of the query begins a word (or digits occur anywhere in a number). */
export function highlight(text: string, query: string): Piece[] {
  const words = fold(query).split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  if (!words.length || !text) return [{ text, hit: false }]
  const hits = new Array<boolean>(text.length).fill(false)
  const { folded, origin } = foldedWithOrigin(text)
  for (const word of words) markWord(folded, origin, word, hits, text.length)
  const digits = query.replace(/\D/g, '').replace(/^0+/, '')
  if (digits.length >= 3) markDigits(text, digits, hits)
  return pieces(text, hits)
}

function foldedWithOrigin(text: string) {
  let folded = ''
  const origin: number[] = []
  for (let i = 0; i < text.length;) {
    const char = String.fromCodePoint(text.codePointAt(i)!)
    for (const unit of fold(char)) {
      folded += unit
      for (let n = 0; n < unit.length; n++) origin.push(i)
    }
    i += char.length
  }
  return { folded, origin }
}

function markWord(folded: string, origin: number[], word: string, hits: boolean[], length: number) {
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    if (at > 0 && /[\p{L}\p{N}]/u.test(folded[at - 1]!)) continue
    const end = origin[at + word.length] ?? length
    hits.fill(true, origin[at]!, end)
  }
}

function markDigits(text: string, digits: string, hits: boolean[]) {
  const places: number[] = []
  let number = ''
  for (let i = 0; i < text.length; i++) if (/\d/.test(text[i]!)) { places.push(i); number += text[i] }
  const at = number.indexOf(digits)
  if (at >= 0) hits.fill(true, places[at]!, places[at + digits.length - 1]! + 1)
}

function pieces(text: string, hits: boolean[]): Piece[] {
  const result: Piece[] = []
  for (let i = 0; i < text.length; i++) {
    const last = result.at(-1)
    if (last && last.hit === hits[i]) last.text += text[i]
    else result.push({ text: text[i]!, hit: hits[i]! })
  }
  return result
}
