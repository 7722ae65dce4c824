/** `83.12 %`; of a share so small that it would read 0, two digits: `0.0015 %` */
export function percent(share: number): string {
  const hundreds = share * 100;
  const tiny = hundreds > 0 && hundreds < 0.1;
  return `${tiny ? Number(hundreds.toPrecision(2)) : hundreds.toFixed(2)} %`;
}

/** `0.432`; of a number too large to be read, `1.77e+39` */
export function decimal(n: number): string {
  return Math.abs(n) < 1e6 ? n.toFixed(3) : n.toExponential(2);
}

/** `5,332` */
export function integer(n: number): string {
  return n.toLocaleString('en-US');
}

/** `1 step`, `5,332 steps` */
export function count(n: number, noun: string): string {
  return `${integer(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `4.2 s`, `3 min 05 s`, `2 h 07 min` */
export function duration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const two = (n: number) => String(n).padStart(2, '0');
  if (minutes < 60) return `${minutes} min ${two(whole % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** `812 B`, `4.3 MB`, `1.2 GB` */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = n;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? n : value.toFixed(1)} ${units[unit]}`;
}
