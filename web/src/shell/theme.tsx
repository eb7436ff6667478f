import { useState } from 'react'
import { Segments } from '../ui/parts'

type Theme = 'light' | 'dark' | 'system'

/* public/theme.js applies what is stored here. */
export function ThemeChoice() {
  const [theme, setTheme] = useState<Theme>(() => (localStorage.getItem('kith.theme') as Theme | null) ?? 'system')
  const choose = (next: Theme) => {
    if (next === 'system') localStorage.removeItem('kith.theme')
    else localStorage.setItem('kith.theme', next)
    dispatchEvent(new Event('kith-theme'))
    setTheme(next)
  }
  return <Segments label="Theme" value={theme} options={[['light', 'Light'], ['dark', 'Dark'], ['system', 'Auto']]} onChange={choose} />
}
