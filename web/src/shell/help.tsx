import { Dialog } from '../ui/dialog'

const KEYS: [string, [string, string][]][] = [
  ['Everywhere', [['/', 'Search'], ['Ctrl K', 'Search'], ['?', 'This page']]],
  ['In the list', [['j k', 'Next, previous'], ['Enter', 'Open'], ['x', 'Select'], ['m', 'Merge two selected'], ['#', 'Delete'], ['c', 'New contact'], ['Esc', 'Clear']]],
  ['On a card', [['e', 'Edit'], ['Ctrl S', 'Save'], ['#', 'Delete'], ['Esc', 'Back']]],
  ['Duplicates', [['m', 'Merge'], ['n', 'Not the same'], ['l', 'Later']]],
]

export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <div className="help-grid">
        {KEYS.map(([place, keys]) => (
          <section key={place}>
            <h3>{place}</h3>
            <dl>{keys.map(([key, text]) => <div key={key}><dt>{key.split(' ').map(part => <kbd key={part}>{part}</kbd>)}</dt><dd>{text}</dd></div>)}</dl>
          </section>
        ))}
      </div>
    </Dialog>
  )
}
