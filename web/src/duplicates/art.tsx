export function ArtTwins() {
  return (
    <svg className="art" viewBox="0 0 180 120" aria-hidden="true">
      <circle className="art-ring" cx="72" cy="60" r="40" /><circle className="art-ring" cx="108" cy="60" r="40" />
      <path className="art-lens" d="M90 24.3a40 40 0 0 1 0 71.4a40 40 0 0 1 0-71.4Z" />
      <path className="art-tick" d="m80 60 7.5 8 13-15" />
    </svg>
  )
}
