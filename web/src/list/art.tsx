/* Three sheets of an open book, in the app's own colours. */
export function ArtEmpty() {
  return (
    <svg className="art" viewBox="0 0 180 120" aria-hidden="true">
      <g className="art-back"><rect x="18" y="26" width="70" height="78" rx="10" transform="rotate(-9 53 65)" /><rect x="92" y="26" width="70" height="78" rx="10" transform="rotate(9 127 65)" /></g>
      <rect className="art-front" x="52" y="14" width="76" height="94" rx="12" />
      <circle className="art-face" cx="90" cy="44" r="14" />
      <path className="art-line" d="M70 72h40M70 84h40M70 96h24" />
    </svg>
  )
}
