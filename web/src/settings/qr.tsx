/* A text as a QR code, one path of SVG; black on white whatever the theme, because cameras want it so. */
import { useMemo } from 'react'
import qrcode from 'qrcode-generator'

const QUIET = 4      /* modules of white around it, ISO/IEC 18004 */

export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => drawn(text), [text])
  return (
    <svg className="qr" viewBox={`${-QUIET} ${-QUIET} ${size + 2 * QUIET} ${size + 2 * QUIET}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect x={-QUIET} y={-QUIET} width={size + 2 * QUIET} height={size + 2 * QUIET} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

function drawn(text: string) {
  const code = qrcode(0, 'M')
  code.addData(text)
  code.make()
  const size = code.getModuleCount()
  let path = ''
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++)
      if (code.isDark(y, x)) path += `M${x} ${y}h1v1h-1z`
  return { size, path }
}
