package dev.sluice.gitops;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.luaj.vm2.Globals;
import org.luaj.vm2.LoadState;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.compiler.LuaC;
import org.luaj.vm2.lib.BaseLib;
import org.luaj.vm2.lib.PackageLib;
import org.luaj.vm2.lib.StringLib;
import org.luaj.vm2.lib.TableLib;

/**
 * Runs a script the way Argo CD does: the object is the global {@code obj}, and of Lua's libraries there are those that
 * Argo CD opens for health scripts and actions, without files, clocks and processes.
 */
final class ArgoLua {
    private ArgoLua() {}

    /** What the script returns for an object. */
    static JsonNode run(String script, JsonNode object) {
        Globals globals = new Globals();
        globals.load(new BaseLib());
        globals.load(new PackageLib());
        globals.load(new StringLib());
        globals.load(new TableLib());
        globals.set("require", LuaValue.NIL);
        LoadState.install(globals);
        LuaC.install(globals);
        globals.set("obj", lua(object));
        return json(globals.load(script, "script").call());
    }

    private static LuaValue lua(JsonNode node) {
        if (node.isObject()) {
            LuaTable table = new LuaTable();
            node.properties().forEach(field -> table.set(field.getKey(), lua(field.getValue())));
            return table;
        }
        if (node.isArray()) {
            LuaTable table = new LuaTable();
            for (int place = 0; place < node.size(); place++) {
                table.set(place + 1, lua(node.get(place)));
            }
            return table;
        }
        if (node.isNumber()) {
            return LuaValue.valueOf(node.asDouble());
        }
        if (node.isBoolean()) {
            return LuaValue.valueOf(node.asBoolean());
        }
        return node.isTextual() ? LuaValue.valueOf(node.asText()) : LuaValue.NIL;
    }

    private static JsonNode json(LuaValue value) {
        JsonNodeFactory factory = JsonNodeFactory.instance;
        if (value.istable()) {
            LuaTable table = value.checktable();
            if (table.length() > 0) {
                ArrayNode array = factory.arrayNode();
                for (int place = 1; place <= table.length(); place++) {
                    array.add(json(table.get(place)));
                }
                return array;
            }
            ObjectNode object = factory.objectNode();
            for (LuaValue key : table.keys()) {
                object.set(key.checkjstring(), json(table.get(key)));
            }
            return object;
        }
        if (value.isboolean()) {
            return factory.booleanNode(value.toboolean());
        }
        if (value.type() == LuaValue.TNUMBER) {
            return value.isinttype() ? factory.numberNode(value.tolong()) : factory.numberNode(value.todouble());
        }
        return value.isnil() ? factory.nullNode() : factory.textNode(value.tojstring());
    }
}
