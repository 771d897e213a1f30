/** The part of Vega that the page's script uses. `npm run build:report` makes `vega.min.js` of it. */
export { parse, View } from "vega";
export { expressionInterpreter } from "vega-interpreter";
export { Handler } from "vega-tooltip";
