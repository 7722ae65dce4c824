export { BASE_RECIPE } from './base.js';
export { expandRecipe } from './expand.js';
export {
  createRecipe,
  type Recipe,
  type RecipeRegrow,
  type RecipeRound,
  updateNeeds,
  updateStrategies,
} from './recipe.js';
