import { onContentUpdated } from "vitepress";
import DefaultTheme from "vitepress/theme-without-fonts";
import { samples } from "./samples.js";
import "./style.css";

export default { extends: DefaultTheme, setup: () => onContentUpdated(samples) };
