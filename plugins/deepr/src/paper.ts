/** Where Deep Rewiring comes from. */
export const PAPER =
  'Bellec, Kappel, Maass, Legenstein, Deep Rewiring: Training very sparse deep networks, 2018, arXiv 1711.05136';
