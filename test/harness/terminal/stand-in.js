/** A program that does to a terminal what a full-screen program does, and tells what it gets. `--rude` leaves without tidying up. */
const rude = process.argv.includes('--rude');
const { stdin, stdout } = process;
const keys = [];

function draw() {
  const width = stdout.columns;
  const inner = (text, cells) => `│ ${text}${' '.repeat(Math.max(0, width - 4 - cells))} │`;
  const lines = [
    `┌${'─'.repeat(width - 2)}┐`,
    inner('\x1b[1;32m바삭치킨\x1b[0m placed', 15),
    inner('\x1b[38;2;255;128;0mplain\x1b[0m \x1b[7mchosen\x1b[0m \x1b[2mdim\x1b[0m', 16),
    inner(`size ${width}×${stdout.rows}`, 5 + `${width}×${stdout.rows}`.length),
    inner(`keys ${keys.join(' ')}`, 5 + keys.join(' ').length),
    `└${'─'.repeat(width - 2)}┘`,
  ];
  stdout.write(`\x1b[?2026h\x1b[H\x1b[2J${lines.join('\r\n')}\x1b[?2026l`);
}

function leave(code) {
  if (!rude) {
    stdin.setRawMode(false);
    stdout.write('\x1b[?2004l\x1b[?1000l\x1b[?25h\x1b[?1049l');
  }
  stdout.write('Goodbye.\n');
  process.exit(code);
}

stdout.write('Before.\n\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?1000h');
stdin.setRawMode(true);
stdin.on('data', (read) => {
  if (read.equals(Buffer.from('q'))) leave(3);
  else if (read.equals(Buffer.from('w'))) stdout.write(`\x1b[H${'넘'.repeat(stdout.columns)}`);
  else {
    keys.push(JSON.stringify(read.toString()).replaceAll('\x7f', '\\u007f'));
    draw();
  }
});
stdout.on('resize', draw);
process.on('SIGTERM', () => leave(143));
draw();
