/** Where CHT comes from. */
export const CHT =
  'Zhang, Zhao, Wu, Muscoloni, Cannistraci, Epitopological Learning and Cannistraci-Hebb Network Shape Intelligence Brain-Inspired Theory for Ultra-Sparse Advantage in Deep Learning, ICLR 2024';

/** Where CHTs comes from. */
export const CHTS =
  'Zhang et al., Brain network science modelling of sparse neural networks enables Transformers and LLMs to perform as fully connected, 2025, arXiv 2501.19107';
