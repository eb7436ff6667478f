/* Three address books that know the same person differently, becoming one card.  Drawn with the app's own colours. */

const SLIPS = [
  { y: 14, from: 'Phone', name: 'Jürgen W.', line: '0151 5550 1234', dot: 'dot-1' },
  { y: 164, from: 'Mail', name: 'weiss juergen', line: 'j.weiss@lindenhof.example', dot: 'dot-2' },
  { y: 314, from: 'Work', name: 'WEISS, Jürgen', line: 'Lindenhof AG · Einkauf', dot: 'dot-3' },
]
const ROWS = [
  { label: 'Mobile', text: '+49 151 5550 1234', dot: 'dot-1' },
  { label: 'E-mail', text: 'j.weiss@lindenhof.example', dot: 'dot-2' },
  { label: 'Work', text: 'Purchasing, Lindenhof AG', dot: 'dot-3' },
  { label: 'Place', text: 'Hamburg, Germany', dot: 'dot-kith' },
]

export function Picture() {
  return (
    <svg className="picture" viewBox="0 0 640 420" role="img" aria-label="Three entries for the same person, from phone, mail and work, flow into one complete card.">
      {SLIPS.map(slip => <path key={slip.y} className={`flow ${slip.dot}`} d={`M228 ${slip.y + 46}C300 ${slip.y + 46} 268 210 344 210`} />)}
      {SLIPS.map(slip => (
        <g key={slip.y} transform={`translate(4 ${slip.y})`}>
          <rect className="slip" width="224" height="92" rx="14" />
          <circle className={slip.dot} cx="22" cy="25" r="5" />
          <text className="label" x="34" y="29">{slip.from}</text>
          <text className="name" x="17" y="55">{slip.name}</text>
          <text className="line" x="17" y="76">{slip.line}</text>
        </g>
      ))}
      <g transform="translate(344 22)">
        <rect className="sheet" width="290" height="378" rx="20" />
        <circle className="portrait" cx="54" cy="58" r="30" />
        <text className="initials" x="54" y="65" textAnchor="middle">JW</text>
        <text className="title" x="98" y="55">Jürgen Weiss</text>
        <text className="line" x="98" y="76">Head of Purchasing</text>
        <path className="rule" d="M24 112H266" />
        {ROWS.map((row, i) => (
          <g key={row.label} transform={`translate(24 ${142 + i * 48})`}>
            <text className="label" x="0" y="0">{row.label}</text>
            <text className="value" x="0" y="19">{row.text}</text>
            <circle className={row.dot} cx="238" cy="8" r="5" />
          </g>
        ))}
        <g transform="translate(24 338)">
          <rect className="stamp" width="242" height="24" rx="12" y="-4" />
          <text className="stamp-text" x="121" y="12" textAnchor="middle">3 sources · 1 person · undo any time</text>
        </g>
      </g>
    </svg>
  )
}
