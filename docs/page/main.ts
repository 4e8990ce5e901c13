import { copyButtons } from "./copy.js";
import { menu } from "./menu.js";
import { samples } from "./samples.js";
import { search } from "./search.js";

samples();
copyButtons();
menu();
search();
