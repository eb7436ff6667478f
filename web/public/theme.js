// Sets the theme before the first paint, so that it never flashes.  A file of its own: the CSP allows no inline script.
// localStorage "kith.theme" is "light", "dark" or absent (as the system has it).
{
  const system = matchMedia('(prefers-color-scheme: dark)')
  const apply = () => {
    const chosen = localStorage.getItem('kith.theme')
    document.documentElement.dataset.theme = chosen || (system.matches ? 'dark' : 'light')
  }
  system.addEventListener('change', apply)
  addEventListener('kith-theme', apply)
  apply()
}
