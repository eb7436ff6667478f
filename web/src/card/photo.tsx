/* A picture for a card: cut square and made small here, so that no megabytes travel. */
import { useRef } from 'react'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'

const SIDE_PX = 400
const QUALITY = 0.86

async function square(file: File): Promise<string> {
  const picture = await createImageBitmap(file)
  const side = Math.min(picture.width, picture.height)
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = Math.min(SIDE_PX, side)
  canvas.getContext('2d')!.drawImage(picture, (picture.width - side) / 2, (picture.height - side) / 2, side, side, 0, 0, canvas.width, canvas.height)
  picture.close()
  return canvas.toDataURL('image/jpeg', QUALITY)
}

export function PhotoButton({ onPhoto }: { onPhoto: (uri: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const toast = useToast()
  const take = async (file: File | undefined) => {
    if (!file) return
    try { onPhoto(await square(file)) } catch { toast.fault(new Error('This file is not a picture the browser can read.')) }
  }
  return (
    <>
      <input ref={input} type="file" accept="image/*" hidden onChange={event => void take(event.target.files?.[0])} />
      <button type="button" className="btn small" onClick={() => input.current?.click()}><Icon name="person" />Choose a photo</button>
    </>
  )
}
