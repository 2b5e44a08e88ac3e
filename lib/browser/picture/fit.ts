export { type Area, largestPart, middleOf } from "@/lib/picture/fit";
